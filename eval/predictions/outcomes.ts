/** Rows of predictions as truth and predicted class. */
import { invalid, note } from "../../src/shared/errors.js";
import { predictedClass } from "../../src/shared/predicted-class.js";
import type { Predictions } from "../../src/shared/types.js";

/** A row whose label is known, as indices into the classes. */
export interface Outcome {
  id: string;
  truth: number;
  /** The most probable class; the first in sorted order where two tie. */
  predicted: number;
  /** Probability of the predicted class, in [0, 1]. */
  confidence: number;
  /** Probabilities of all classes, in their order. */
  p: readonly number[];
}

/**
 * Truth and prediction of every row, in the order of the rows.
 * @throws bad input that names the first row without a label, or with one that is no class
 */
export function outcomes({ dataset, classes, rows }: Predictions): Outcome[] {
  return rows.map((row) => {
    const where = `${dataset} (${row.id})`;
    if (row.label === null) throw invalid(where, "a label", note("none"));
    const truth = classes.indexOf(row.label);
    if (truth < 0) throw invalid(where, `a label among ${classes.join(", ")}`, row.label);
    const predicted = predictedClass(row);
    return { id: row.id, truth, predicted, confidence: row.p[predicted]!, p: row.p };
  });
}

/** Share of the images predicted as each class, in the order of `classes`, in [0, 1]. Needs no label. */
export function predictedShares({ classes, rows }: Predictions): number[] {
  const predicted = rows.map(predictedClass);
  return classes.map((_, k) => predicted.filter((p) => p === k).length / rows.length);
}

/** Rows in the order of their ids, in which arms can be compared image by image. */
export function sortedRows<T extends { id: string }>(rows: readonly T[]): T[] {
  return [...rows].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}
