/** Images seen through their activations: with labels, and without. */
import * as tf from "@tensorflow/tfjs";
import { invalid } from "../../src/shared/errors.js";
import type { Activations } from "./activations.js";

/** Images whose labels, if they have any, are not to be seen. */
export interface UnlabeledExamples {
  items: readonly { id: string }[];
  activations: Pick<Activations, "cut" | "shape" | "views" | "get">;
}

export interface Examples extends UnlabeledExamples {
  items: readonly { id: string; label: string }[];
}

/** [items, ...shape]; the caller disposes it. */
export function activationBatch(
  ids: readonly string[],
  views: readonly number[],
  { shape, get }: UnlabeledExamples["activations"],
): tf.Tensor {
  const parts = ids.map((id, i) => get(id, views[i]!));
  const size = parts[0]!.length;
  const batch = new Float32Array(parts.length * size);
  parts.forEach((part, i) => {
    batch.set(part, i * size);
  });
  return tf.tensor(batch, [parts.length, ...shape]);
}

/** The items' class indices. @throws bad input for a label that is none of the classes */
export function classIndices(items: Examples["items"], classes: readonly string[]): Int32Array {
  return Int32Array.from(items, ({ id, label }) => {
    const index = classes.indexOf(label);
    if (index < 0) throw invalid(id, `a label out of ${classes.join(", ")}`, label);
    return index;
  });
}

/** Items to take for one network call where no gradient is wanted. */
export const EVALUATION_BATCH = 32;
