/** A child process's work: renders the images of a chunk and writes each before it begins the next. */
import { join } from "node:path";
import sharp from "sharp";
import { writeAtomic } from "../src/shared/files.js";
import { poolTask } from "../src/shared/pool.js";
import { isFilePass, type LabelPass } from "./label-passes.js";
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
  passes: readonly LabelPass[];
  /** Name of the shard's records. */
  shard: string;
}

// The processes share the cores among themselves, so that none needs threads of its own.
sharp.concurrency(1);
process.env.LP_NUM_THREADS ??= "1";
// Without its parent a worker would race with the run that takes over.
process.once("disconnect", () => process.exit(1));

let studio: Promise<Studio> | undefined;

async function renderChunk(chunk: Chunk): Promise<number> {
  const { width, height } = chunk.scene.image;
  studio ??= Studio.open(width, height);
  const open = await studio;
  for (const index of chunk.indices) await renderOne(open, chunk, index);
  return chunk.indices.length;
}

async function renderOne(
  open: Studio,
  { scene, out, seed, shard, passes }: Chunk,
  index: number,
): Promise<void> {
  const resolved = resolveScene(scene, seed, index);
  const paths = samplePaths(resolved, passes);
  const { image, mask, labels, camera, instances, scene: drawn } = await renderSample(open, resolved, passes);
  await writeAtomic(join(out, paths.image), image);
  await writeAtomic(join(out, paths.mask), mask);
  for (const pass of passes.filter(isFilePass))
    await writeAtomic(join(out, paths.labels[pass]!), labels[pass]!);
  const { label, split } = resolved;
  const { width, height } = scene.image;
  await appendRecord(out, shard, {
    index,
    label,
    split,
    width,
    height,
    ...paths,
    camera,
    instances,
    resolved: drawn,
  });
}

export default poolTask(renderChunk);
