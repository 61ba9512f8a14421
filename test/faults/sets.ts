/** Two small sets of images, of different content, made once for a file of rows. */
import { join } from "node:path";
import { lastingFolder, writeImage } from "../support.js";

/** `train` and `val` with two classes of two images each. */
export async function imageSets(): Promise<{ source: string; target: string }> {
  const folder = await lastingFolder();
  const sets = { source: join(folder, "source"), target: join(folder, "target") };
  let red = 0;
  for (const set of Object.values(sets))
    for (const place of ["train/ants", "train/bees", "val/ants", "val/bees"])
      for (const name of ["a", "b"]) {
        red += 12;
        await writeImage(join(set, place, `${name}.jpg`), [red, 120, 60], 32);
      }
  return sets;
}
