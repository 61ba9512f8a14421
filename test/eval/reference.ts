/** Figures of scipy, scikit-learn and statsmodels; `test/fixtures/eval/make_reference.py` made them. */
import { readFileSync } from "node:fs";
import type { Features } from "../../eval/statistics/features.js";
import type { Predictions } from "../../src/shared/types.js";

export const reference = JSON.parse(
  readFileSync(new URL("../fixtures/eval/reference.json", import.meta.url), "utf8"),
);

export const REFERENCE_CLASSES = ["ants", "bees", "wasps"];

/** Rows of probabilities and class indices as predictions. */
export function asPredictions(p: number[][], truth: number[]): Predictions {
  const rows = p.map((row, i) => ({
    id: `val/${String(i).padStart(4, "0")}.jpg`,
    split: "val",
    label: REFERENCE_CLASSES[truth[i]!]!,
    p: row,
  }));
  return { dataset: "reference", classes: REFERENCE_CLASSES, rows };
}

export function asFeatures(rows: number[][]): Features {
  return { rows: rows.length, columns: rows[0]!.length, data: Float64Array.from(rows.flat()) };
}
