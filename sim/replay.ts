/** Renders one sample of a dataset again, from nothing but its scene, seed and index. */
import { join } from "node:path";
import { invalid } from "../src/shared/errors.js";
import { readBytes } from "../src/shared/files.js";
import { datasetManifest, datasetScene } from "./manifest.js";
import { Studio } from "./passes.js";
import { readRecords } from "./records.js";
import { resolveScene } from "./resolve.js";
import { renderSample } from "./sample.js";

export interface Replay {
  /** POSIX path of the stored image, below the dataset's folder. */
  path: string;
  image: Buffer;
  mask: Buffer;
  /** Whether image and mask are, byte for byte, what is stored. */
  identical: boolean;
}

/** @throws bad input where the dataset has no such index */
export async function replaySample(dir: string, index: number): Promise<Replay> {
  const { seed } = await datasetManifest(dir);
  const scene = await datasetScene(dir);
  const record = (await readRecords(dir)).get(index);
  if (!record) throw invalid("--index", `an index of ${dir}`, index);
  const studio = await Studio.open(scene.image.width, scene.image.height);
  try {
    const { image, mask } = await renderSample(studio, resolveScene(scene, seed, index));
    const stored = [
      await readBytes(join(dir, record.image)),
      await readBytes(join(dir, record.mask)),
    ] as const;
    return { path: record.image, image, mask, identical: image.equals(stored[0]) && mask.equals(stored[1]) };
  } finally {
    studio.close();
  }
}
