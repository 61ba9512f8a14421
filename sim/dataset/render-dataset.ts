/** Renders a scene into a dataset on disk: in chunks, by child processes, resumable at any image. */
import { invalid, note, unknownName } from "../../src/shared/errors.js";
import { chunk as inChunks } from "../../src/shared/group.js";
import { defaultWorkers, LostWorker, openPool, type Pool } from "../../src/shared/pool.js";
import type { OnProgress } from "../../src/shared/types.js";
import { trackUnit } from "../../src/shared/units/unit-state.js";
import type { Extensions } from "../renderer/extensions.js";
import { type LabelPass, ONLY_MASKS } from "../scene/label-passes.js";
import type { SceneSpec } from "../scene/scene.js";
import { sweepLeftovers, sweepParts } from "./archive-parts.js";
import type { PackedSample } from "./archive-worker.js";
import type { Chunk } from "./chunk-renderer.js";
import { referencesOf } from "./extension-references.js";
import { claimDataset } from "./manifest.js";
import { finished, mendRecords } from "./records.js";
import { missingBlocks, renderBlocks } from "./render-archives.js";
import { type Shard, shardIndices, shardName } from "./shard.js";
import { writeShardPlan } from "./shard-plan.js";
import { unitOf } from "./shard-status.js";

/** What to render, where to, and by how many processes. */
export interface RenderOptions {
  scene: SceneSpec;
  out: string;
  /** Images of the whole dataset, over all shards. */
  count: number;
  /** 0 is a seed like any other. */
  seed?: number;
  /** Index of the first image. */
  start?: number;
  shard?: Shard;
  /** Labels beside images; the scene's own where absent, or masks alone, which cost the least time. */
  passes?: readonly LabelPass[];
  /** Processes, each with a context of its own. */
  workers?: number;
  /** Files in class folders, the default, or the archives of a WebDataset: for sets of more files than file systems like. */
  format?: RenderFormat;
  /** With archives: indices that share a pair of them, one a split; 1200 where left out. Shards own whole blocks. */
  block?: number;
  /** Whether to go on where an earlier call ended; otherwise a folder that holds some of these images is refused. */
  resume?: boolean;
  /** The user's own subjects and surroundings that the scene names; each names the module that exports it. */
  extensions?: Extensions;
  onProgress?: OnProgress;
}

/** How a rendered dataset lies on disk. */
export const RENDER_FORMATS = ["imagefolder", "webdataset"] as const;
/** `imagefolder` or `webdataset`. */
export type RenderFormat = (typeof RENDER_FORMATS)[number];

/** Flags' values. @throws bad input for another format, or a block without archives */
export function checkedFormat(format: string | undefined, block: number | undefined) {
  const known = RENDER_FORMATS.find((name) => name === (format ?? RENDER_FORMATS[0]));
  if (!known) throw unknownName("--format", RENDER_FORMATS, format);
  if (block !== undefined && known !== "webdataset") throw invalid("--block", "--format webdataset", known);
  return { format: known, block };
}

/** What a call rendered, and what stood there already. */
export interface RenderResult {
  out: string;
  rendered: number;
  skipped: number;
  seconds: number;
  imagesPerSecond: number;
}

/** Short enough that all processes end together, long enough that handing over costs nothing. */
const CHUNK = 6;
/** A process is replaced after so many images, so that a driver's leak stays small. */
const RECYCLE_AFTER = 1500;
/** What the list of images still fits memory for, and what a machine can start. Larger sets are several datasets. */
const MOST_IMAGES = 10_000_000;
const MOST_WORKERS = 512;
/** Archives hold as many images as indices have numbers. */
const MOST_ARCHIVED = 2 ** 31;
/** Indices that share a pair of archives where nothing else is said. */
export const DEFAULT_BLOCK = 1200;
const MOST_BLOCK = 100_000;

/** @throws bad input for a count below 1, or a folder that holds another's work or this work without `resume` */
export async function renderDataset(options: RenderOptions): Promise<RenderResult> {
  const began = performance.now();
  const setting = settingOf(options);
  const { scene, seed, passes, out, block } = setting;
  await claimDataset(out, scene, seed, passes, { further: options.extensions?.subjects, block });
  if (options.resume) await sweepLeftovers(out);
  const work = await (block === undefined ? workInFolders(setting) : workInArchives({ ...setting, block }));
  const { skipped } = work;
  if (skipped && !options.resume)
    throw invalid(out, "a folder without these images, or --resume", note(`${skipped} of them`));
  const rendered = await (options.shard ? asUnit(setting, skipped, work.render) : work.render());
  const seconds = (performance.now() - began) / 1000;
  return { out, rendered, skipped, seconds, imagesPerSecond: rendered / seconds };
}

/** The options, checked and with their defaults. */
interface Setting extends Omit<Chunk, "indices" | "shard"> {
  count: number;
  start: number;
  shard: Shard;
  workers: number;
  block?: number;
  onProgress?: OnProgress;
}

function settingOf(options: RenderOptions): Setting {
  const { scene, out, count, seed = 0, start = 0, shard = { k: 1, n: 1 }, onProgress } = options;
  const archived = options.format === "webdataset";
  const most = archived ? MOST_ARCHIVED : MOST_IMAGES;
  wholeNumber("count", count, 1, most);
  wholeNumber("start", start, 0, most);
  wholeNumber("seed", seed, 0);
  if (options.workers !== undefined) wholeNumber("workers", options.workers, 1, MOST_WORKERS);
  const block = archived ? (options.block ?? DEFAULT_BLOCK) : undefined;
  if (block !== undefined) wholeNumber("block", block, 1, MOST_BLOCK);
  const passes = options.passes ?? scene.passes ?? ONLY_MASKS;
  const extensions = referencesOf(options.extensions ?? {});
  const workers = options.workers ?? defaultWorkers();
  return { scene, out, count, seed, start, shard, passes, extensions, workers, block, onProgress };
}

/** Images that stand there already, and what renders the others; it tells how many it rendered. */
interface Work {
  skipped: number;
  render(): Promise<number>;
}

async function workInFolders({ start, count, workers, onProgress, ...setting }: Setting): Promise<Work> {
  const { out, shard } = setting;
  await mendRecords(out, shardName(shard));
  const wanted = shardIndices(shard, start, count);
  const done = await finished(out, new Set(wanted));
  const missing = wanted.filter((i) => !done.has(i));
  const common = { ...setting, shard: shardName(shard) };
  return {
    skipped: done.size,
    render: async () => {
      await renderAll(common, missing, Math.min(workers, Math.ceil(missing.length / CHUNK)), onProgress);
      return missing.length;
    },
  };
}

async function workInArchives({
  start,
  count,
  block,
  workers,
  onProgress,
  ...setting
}: Setting & { block: number }): Promise<Work> {
  const { out, shard } = setting;
  const { skipped, blocks } = await missingBlocks({ out, shard, start, count, block });
  const total = blocks.reduce((sum, [, wanted]) => sum + wanted.length, 0);
  const common = { ...setting, shard: shardName(shard) };
  const render = async () => {
    const pool = openPool<Chunk, PackedSample[]>(import.meta.url, "archive-worker", workers);
    const draw = (indices: number[]) => patiently(pool, { ...common, indices });
    let rendered = 0;
    try {
      for (const some of inChunks(blocks, Math.max(1, Math.floor((RECYCLE_AFTER * workers) / block)))) {
        if (rendered) await pool.recycle();
        const before = rendered;
        const tell = (done: number) => onProgress?.(before + done, total);
        rendered += await renderBlocks(out, some, draw, { size: CHUNK, onProgress: tell });
      }
    } finally {
      await pool.close();
    }
    await sweepParts(out);
    return rendered;
  };
  return { skipped, render: blocks.length > 0 ? render : async () => 0 };
}

/** A shard tells of itself, and how the images are shared out. */
async function asUnit(
  { out, shard: { k, n }, start, count }: Setting,
  skipped: number,
  render: () => Promise<number>,
): Promise<number> {
  const plan = { start, count, shards: n };
  await writeShardPlan(out, plan);
  return trackUnit(out, unitOf(k, plan), render, skipped);
}

function wholeNumber(name: string, value: number, least: number, most = Number.MAX_SAFE_INTEGER): void {
  if (!Number.isSafeInteger(value) || value < least)
    throw invalid(name, `a whole number, ${least} or more`, value);
  if (value > most) throw invalid(name, `a whole number, ${most} or less`, value);
}

type Common = Omit<Chunk, "indices">;

function chunked(common: Common, indices: readonly number[]): Chunk[] {
  const chunks: Chunk[] = [];
  for (let i = 0; i < indices.length; i += CHUNK)
    chunks.push({ ...common, indices: indices.slice(i, i + CHUNK) });
  return chunks;
}

/** A generation of processes after the other, so that no more chunks are held than one of them renders. */
async function renderAll(
  common: Common,
  missing: readonly number[],
  workers: number,
  onProgress?: OnProgress,
): Promise<void> {
  if (missing.length === 0) return;
  const pool = openPool<Chunk, number>(import.meta.url, "worker", workers);
  const generation = RECYCLE_AFTER * workers;
  let done = 0;
  const render = async (chunk: Chunk) => {
    const rendered = await patiently(pool, chunk);
    done += rendered; // not in one with the await, which would add to what was read before it
    onProgress?.(done, missing.length);
  };
  try {
    for (let first = 0; first < missing.length; first += generation) {
      if (first) await pool.recycle();
      await Promise.all(chunked(common, missing.slice(first, first + generation)).map(render));
    }
  } finally {
    await pool.close();
  }
}

/** A chunk whose process was lost is given to another once; what it had finished is simply rendered again. */
async function patiently<Result>(pool: Pool<Chunk, Result>, chunk: Chunk): Promise<Result> {
  try {
    return await pool.run(chunk);
  } catch (error) {
    if (!(error instanceof LostWorker)) throw error;
    return pool.run(chunk);
  }
}
