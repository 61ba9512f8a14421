/** Images at one layer of a network, as steps of training and prediction read them. */
import * as tf from "@tensorflow/tfjs-core";
import { invalid } from "../../src/shared/errors.js";
import type { LabeledItem, UnlabeledItem } from "../../src/shared/types.js";
import type { Activations } from "./activations.js";
import type { LabeledImages, Purpose, UnlabeledImages, Viewer } from "./images.js";

export interface UnlabeledExamples {
  items: readonly UnlabeledItem[];
  activations: Pick<Activations, "layer" | "key" | "shape" | "views" | "get">;
}

export interface Examples extends UnlabeledExamples {
  items: readonly LabeledItem[];
}

/** The images with their activations that enter a stage. */
export function examplesAt(
  images: LabeledImages,
  through: Viewer,
  stage: string,
  purpose: Purpose,
): Promise<Examples>;
export function examplesAt(
  images: UnlabeledImages,
  through: Viewer,
  stage: string,
  purpose: Purpose,
): Promise<UnlabeledExamples>;
export async function examplesAt(
  { items, activations }: UnlabeledImages,
  through: Viewer,
  stage: string,
  purpose: Purpose,
): Promise<UnlabeledExamples> {
  return { items, activations: await activations(through, stage, purpose) };
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
