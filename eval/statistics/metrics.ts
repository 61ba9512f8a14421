/** Metrics of one set of labelled predictions. Everything here recomputes from `predictions.csv` alone. */
import type { Predictions } from "../../src/shared/types.js";
import { type Outcome, outcomes } from "../predictions/outcomes.js";
import { mean } from "./mean.js";

/** Precision, recall and F1 are in [0, 1], or null where they would divide by zero. */
export interface ClassMetrics {
  class: string;
  /** Images of the class. */
  support: number;
  precision: number | null;
  recall: number | null;
  f1: number | null;
}

/** Of n images and C classes. */
export interface Metrics {
  n: number;
  /** In [0, 1]. */
  accuracy: number;
  /** One a class, in the order of `classes`. */
  perClass: ClassMetrics[];
  /** C x C: `confusion[i][j]` images of class i are predicted as class j. */
  confusion: number[][];
  /** Mean negative log likelihood of the true class, in nats. */
  nll: number;
  /** Brier's (1950) score, mean over images of the squared error summed over classes: in [0, 2]. */
  brier: number;
}

/** The least probability in a logarithm, the spacing of doubles at 1; smaller ones are raised to it. */
export const SMALLEST_PROBABILITY = Number.EPSILON;

/** All metrics of labelled predictions, at least one row. @throws bad input for a row without a label */
export function computeMetrics(predictions: Predictions): Metrics {
  const rows = outcomes(predictions);
  const confusion = confusionMatrix(rows, predictions.classes.length);
  return {
    n: rows.length,
    accuracy: mean(rows.map((r) => (r.truth === r.predicted ? 1 : 0))),
    perClass: predictions.classes.map((name, k) => classMetrics(name, k, confusion)),
    confusion,
    nll: mean(rows.map((r) => -Math.log(Math.max(r.p[r.truth]!, SMALLEST_PROBABILITY)))),
    brier: mean(rows.map((r) => r.p.reduce((sum, p, k) => sum + (p - Number(k === r.truth)) ** 2, 0))),
  };
}

function confusionMatrix(rows: readonly Outcome[], classes: number): number[][] {
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (const { truth, predicted } of rows) counts[truth]![predicted]! += 1;
  return counts;
}

function classMetrics(name: string, k: number, confusion: number[][]): ClassMetrics {
  const hits = confusion[k]![k]!;
  const support = confusion[k]!.reduce((a, b) => a + b, 0);
  const predicted = confusion.reduce((sum, row) => sum + row[k]!, 0);
  return {
    class: name,
    support,
    precision: ratio(hits, predicted),
    recall: ratio(hits, support),
    f1: ratio(2 * hits, support + predicted),
  };
}

function ratio(a: number, b: number): number | null {
  return b === 0 ? null : a / b;
}
