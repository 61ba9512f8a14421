/** The accuracy of one set of predictions. */
import { invalid, note } from "../../src/shared/errors.js";
import type { Interval, Predictions } from "../../src/shared/types.js";
import { outcomes } from "../predictions/outcomes.js";
import { wilson } from "./intervals.js";
import { mean } from "./mean.js";

/**
 * Share of the images whose most probable class is their label, with Wilson's 95 % interval.
 * @param predictions n labelled rows, n at least 1
 * @returns `mean`, `low` and `high` in [0, 1]; `n` images; `values` holds the mean alone
 * @throws bad input without a row, and for the first row without a label or with one that is no class
 */
export function accuracy(predictions: Predictions): Interval {
  const rows = outcomes(predictions);
  if (rows.length === 0) throw invalid(predictions.dataset, "a labelled prediction", note("none"));
  const share = mean(rows.map((row) => Number(row.predicted === row.truth)));
  return { mean: share, ...wilson(share, rows.length), n: rows.length, values: [share], method: "Wilson" };
}
