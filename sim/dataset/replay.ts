/** Renders one sample of a dataset again, from nothing but its scene, seed and index. */
import { join } from "node:path";
import { invalid } from "../../src/shared/errors.js";
import { readBytes } from "../../src/shared/files.js";
import type { Extensions } from "../renderer/extensions.js";
import { Renderer } from "../renderer/renderer.js";
import { isFilePass } from "../scene/label-passes.js";
import { resolveScene } from "../scene/resolve.js";
import { datasetManifest, datasetScene } from "./manifest.js";
import { readRecords } from "./records.js";
import { renderSample } from "./sample.js";

/** A sample rendered anew, beside what is stored. */
export interface Replay {
  /** POSIX path of the stored image, below the dataset's folder. */
  path: string;
  image: Buffer;
  mask: Buffer;
  /** Files that are not, byte for byte, what is stored. */
  differing: string[];
  identical: boolean;
}

/**
 * @param extensions the user's own subjects and surroundings, where the dataset was rendered with any
 * @throws bad input where the dataset has no such index
 */
export async function replaySample(dir: string, index: number, extensions: Extensions = {}): Promise<Replay> {
  const { seed, passes } = await datasetManifest(dir);
  const scene = await datasetScene(dir, extensions);
  const record = (await readRecords(dir)).get(index);
  if (!record) throw invalid("--index", `the index of an image of ${dir}`, index);
  const renderer = await Renderer.open(scene.image.width, scene.image.height, { extensions });
  try {
    const resolved = resolveScene(scene, seed, index, extensions.subjects);
    const { image, mask, labels } = await renderSample(renderer, resolved, passes);
    const files: [string, Uint8Array][] = [
      [record.image, image],
      [record.mask, mask],
      ...passes.filter(isFilePass).map((pass): [string, Uint8Array] => [record.labels[pass]!, labels[pass]!]),
    ];
    const differing: string[] = [];
    for (const [path, bytes] of files)
      if (!(await readBytes(join(dir, path))).equals(bytes)) differing.push(path);
    return { path: record.image, image, mask, differing, identical: differing.length === 0 };
  } finally {
    renderer.close();
  }
}
