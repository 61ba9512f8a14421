/** Weights are numbers: NaN or an infinity makes every answer one, and no figure would show it. */
import { invalid, note } from "../../src/shared/errors.js";
import type { Weights } from "../layers/parameters.js";

/** @throws bad input that names the file and the first tensor at fault */
export function checkFinite(path: string, weights: Weights): void {
  for (const [name, { data }] of Object.entries(weights)) {
    const at = firstNotFinite(data);
    if (at >= 0) throw invalid(`${path}: ${name}`, "finite numbers", note(`${data[at]} at ${at}`));
  }
}

/** A loop, because a call for each of 138 million values takes most of a second. */
function firstNotFinite(data: Float32Array): number {
  for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i]!)) return i;
  return -1;
}
