/** The class that an image is predicted as. */
import type { PredictionRow } from "./types.js";

/** Index of the largest probability; the first of equals. */
export function predictedClass({ p }: Pick<PredictionRow, "p">): number {
  return p.indexOf(Math.max(...p));
}
