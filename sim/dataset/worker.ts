/** A child process's work: renders the images of a chunk and writes each before it begins the next. */
import { join } from "node:path";
import sharp from "sharp";
import { sha256, writeAtomic } from "../../src/shared/files.js";
import { answerParent } from "../../src/shared/pool.js";
import type { Extensions } from "../renderer/extensions.js";
import { Renderer } from "../renderer/renderer.js";
import { isFilePass, type LabelPass } from "../scene/label-passes.js";
import { resolveScene } from "../scene/resolve.js";
import type { ResolvedScene } from "../scene/resolved-scene.js";
import type { SceneSpec } from "../scene/scene.js";
import { type ExtensionReferences, extensionsAt } from "./extension-references.js";
import { appendRecord, samplePaths } from "./records.js";
import { renderSample, type Sample } from "./sample.js";

export interface Chunk {
  scene: SceneSpec;
  out: string;
  seed: number;
  indices: number[];
  passes: readonly LabelPass[];
  /** Name of the shard's records. */
  shard: string;
  /** The user's own subjects and surroundings. */
  extensions: ExtensionReferences;
}

// The processes share the cores among themselves, so that none needs threads of its own.
sharp.concurrency(1);
process.env.LP_NUM_THREADS ??= "1";

/** Once a process: all its chunks are of one dataset. */
let opened: Promise<{ renderer: Renderer; extensions: Extensions }> | undefined;

async function open({ scene, extensions: references }: Chunk) {
  const extensions = await extensionsAt(references);
  return { extensions, renderer: await Renderer.open(scene.image.width, scene.image.height, { extensions }) };
}

/** While a picture is drawn, the files of the one before are written. */
async function renderChunk(chunk: Chunk): Promise<number> {
  opened ??= open(chunk);
  const { renderer, extensions } = await opened;
  let written: Promise<void> = Promise.resolve();
  for (const index of chunk.indices) {
    const resolved = resolveScene(chunk.scene, chunk.seed, index, extensions.subjects);
    const sample = await renderSample(renderer, resolved, chunk.passes).catch(async (error) => {
      await written; // what is finished is not lost with what is not
      throw error;
    });
    await written;
    written = write(sample, resolved, chunk);
    written.catch(() => {}); // thrown where it is waited for
  }
  await written;
  return chunk.indices.length;
}

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

answerParent(renderChunk);
