/** Renders a scene into a dataset on disk: in chunks, by child processes, resumable at any image. */
import { AntbeeError, invalid, note } from "../../src/shared/errors.js";
import { sweepTemporaries } from "../../src/shared/folders.js";
import { defaultWorkers, openPool, type Pool } from "../../src/shared/pool.js";
import type { OnProgress } from "../../src/shared/types.js";
import { trackUnit } from "../../src/shared/units/unit-state.js";
import type { Extensions } from "../renderer/extensions.js";
import { type LabelPass, ONLY_MASKS } from "../scene/label-passes.js";
import type { SceneSpec } from "../scene/scene.js";
import { referencesOf } from "./extension-references.js";
import { claimDataset } from "./manifest.js";
import { finished, mendRecords } from "./records.js";
import { type Shard, shardIndices, shardName } from "./shard.js";
import { writeShardPlan } from "./shard-plan.js";
import { unitOf } from "./shard-status.js";
import type { Chunk } from "./worker.js";

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
  /** Whether to go on where an earlier call ended; otherwise a folder that holds some of these images is refused. */
  resume?: boolean;
  /** The user's own subjects and surroundings that the scene names; each names the module that exports it. */
  extensions?: Extensions;
  onProgress?: OnProgress;
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

/** @throws bad input for a count below 1, or a folder that holds another's work or this work without `resume` */
export async function renderDataset(options: RenderOptions): Promise<RenderResult> {
  const { scene, out, count, seed = 0, start = 0, shard = { k: 1, n: 1 }, resume = false } = options;
  const began = performance.now();
  wholeNumber("count", count, 1, MOST_IMAGES);
  wholeNumber("start", start, 0, MOST_IMAGES);
  wholeNumber("seed", seed, 0);
  if (options.workers !== undefined) wholeNumber("workers", options.workers, 1, MOST_WORKERS);
  const passes = options.passes ?? scene.passes ?? ONLY_MASKS;
  const extensions = referencesOf(options.extensions ?? {});
  await claimDataset(out, scene, seed, passes, options.extensions?.subjects);
  if (resume) await sweepTemporaries(out);
  await mendRecords(out, shardName(shard));
  const wanted = shardIndices(shard, start, count);
  const done = await finished(out, new Set(wanted));
  const skipped = done.size;
  if (skipped && !resume)
    throw invalid(out, "a folder without these images, or --resume", note(`${skipped} of them`));
  const missing = wanted.filter((i) => !done.has(i));
  const common = { scene, out, seed, passes, shard: shardName(shard), extensions };
  const workers = Math.min(options.workers ?? defaultWorkers(), Math.ceil(missing.length / CHUNK));
  const render = () => renderAll(common, missing, workers, options.onProgress);
  await (options.shard ? asUnit(out, options.shard, { start, count, skipped }, render) : render());
  const seconds = (performance.now() - began) / 1000;
  return { out, rendered: missing.length, skipped, seconds, imagesPerSecond: missing.length / seconds };
}

/** A shard tells of itself, and how the images are shared out. */
async function asUnit(
  out: string,
  { k, n }: Shard,
  { start, count, skipped }: { start: number; count: number; skipped: number },
  render: () => Promise<void>,
): Promise<void> {
  const plan = { start, count, shards: n };
  await writeShardPlan(out, plan);
  await trackUnit(out, unitOf(k, plan), render, skipped);
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
async function patiently(pool: Pool<Chunk, number>, chunk: Chunk): Promise<number> {
  try {
    return await pool.run(chunk);
  } catch (error) {
    if (!isLostWorker(error)) throw error;
    return pool.run(chunk);
  }
}

function isLostWorker(error: unknown): boolean {
  return error instanceof AntbeeError && (error.cause as Error)?.message === "Worker exited unexpectedly";
}
