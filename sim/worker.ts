/** A child process's work: renders the images of a chunk and writes each before it begins the next. */
import { join } from "node:path";
import sharp from "sharp";
import { writeAtomic } from "../src/shared/files.js";
import { poolTask } from "../src/shared/pool.js";
import { Studio } from "./passes.js";
import { appendRecord, samplePaths } from "./records.js";
import { resolveScene } from "./resolve.js";
import { renderSample } from "./sample.js";
import type { SceneSpec } from "./scene.js";

export interface Chunk {
  scene: SceneSpec;
  out: string;
  seed: number;
  indices: number[];
  /** Name of the shard's records. */
  shard: string;
}

// The processes share the cores among themselves, so that none needs threads of its own.
sharp.concurrency(1);
process.env.LP_NUM_THREADS ??= "1";
// Without its parent a worker would race with the run that takes over.
process.once("disconnect", () => process.exit(1));

let studio: Promise<Studio> | undefined;

async function renderChunk({ scene, out, seed, indices, shard }: Chunk): Promise<number> {
  studio ??= Studio.open(scene.image.width, scene.image.height);
  const open = await studio;
  for (const index of indices) await renderOne(open, { scene, out, seed, indices, shard }, index);
  return indices.length;
}

async function renderOne(open: Studio, { scene, out, seed, shard }: Chunk, index: number): Promise<void> {
  const resolved = resolveScene(scene, seed, index);
  const paths = samplePaths(resolved);
  const { image, mask, instances, scene: drawn } = await renderSample(open, resolved);
  await writeAtomic(join(out, paths.image), image);
  await writeAtomic(join(out, paths.mask), mask);
  const { label, split } = resolved;
  const { width, height } = scene.image;
  await appendRecord(out, shard, {
    index,
    label,
    split,
    width,
    height,
    ...paths,
    instances,
    resolved: drawn,
  });
}

export default poolTask(renderChunk);
