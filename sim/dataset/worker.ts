/** A child process's work: renders the images of a chunk and writes each before it begins the next. */
import { join } from "node:path";
import { sha256, writeAtomic } from "../../src/shared/files.js";
import { answerParent } from "../../src/shared/pool.js";
import { isFilePass } from "../scene/label-passes.js";
import type { ResolvedScene } from "../scene/resolved-scene.js";
import { type Chunk, renderChunk } from "./chunk-renderer.js";
import { appendRecord, samplePaths } from "./records.js";
import type { Sample } from "./sample.js";

/** The record comes last: it is the proof that the files are whole. */
async function write(sample: Sample, resolved: ResolvedScene, { out, shard, passes }: Chunk): Promise<void> {
  const paths = samplePaths(resolved, passes);
  const { image, mask, labels, camera, instances, scene } = sample;
  const files: [string, Uint8Array][] = [
    [paths.image, image],
    [paths.mask, mask],
    ...passes.filter(isFilePass).map((pass): [string, Uint8Array] => [paths.labels[pass]!, labels[pass]!]),
  ];
  await Promise.all(files.map(([path, bytes]) => writeAtomic(join(out, path), bytes)));
  const hashes = Object.fromEntries(files.map(([path, bytes]) => [path, sha256(bytes)]));
  const { index, label, split } = resolved;
  const { width, height } = scene.image;
  const place = { index, label, split, width, height, ...paths, sha256: hashes };
  await appendRecord(out, shard, { ...place, camera, instances, resolved: scene });
}

answerParent(async (chunk: Chunk): Promise<number> => {
  await renderChunk(chunk, (sample, resolved) => write(sample, resolved, chunk));
  return chunk.indices.length;
});
