/** A child process's renderer: draws the images of a chunk, one after the other, with one context for all its chunks. */
import sharp from "sharp";
import type { Extensions } from "../renderer/extensions.js";
import { Renderer } from "../renderer/renderer.js";
import type { LabelPass } from "../scene/label-passes.js";
import { resolveScene } from "../scene/resolve.js";
import type { ResolvedScene } from "../scene/resolved-scene.js";
import type { SceneSpec } from "../scene/scene.js";
import { type ExtensionReferences, extensionsAt } from "./extension-references.js";
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

/** While a picture is drawn, the one before is kept. */
export async function renderChunk(
  chunk: Chunk,
  keep: (sample: Sample, resolved: ResolvedScene) => Promise<void>,
): Promise<void> {
  opened ??= open(chunk);
  const { renderer, extensions } = await opened;
  let kept: Promise<void> = Promise.resolve();
  for (const index of chunk.indices) {
    const resolved = resolveScene(chunk.scene, chunk.seed, index, extensions.subjects);
    const sample = await renderSample(renderer, resolved, chunk.passes).catch(async (error) => {
      await kept; // what is finished is not lost with what is not
      throw error;
    });
    await kept;
    kept = keep(sample, resolved);
    kept.catch(() => {}); // thrown where it is waited for
  }
  await kept;
}
