/** What predictions have to be before a figure is made of them. */
import { invalid, note } from "../../src/shared/errors.js";
import type { PredictionRow, Predictions } from "../../src/shared/types.js";

/** How far a row's probabilities may sum from 1: float32 and four printed decimals fit, a forgotten softmax does not. */
const SUM_TOLERANCE = 1e-3;

/** What the predictions have to agree with. */
export interface ExpectedPredictions {
  classes?: readonly string[];
  /** Every image of the dataset: a row for each, and no other. */
  ids?: readonly string[];
  /** Of every row. */
  split?: string;
}

/**
 * Checks predictions from any source: sorted classes, at least one row, every id once, a known label or none, and
 * probabilities in [0, 1] that sum to 1.
 */
export function checkPredictions(
  where: string,
  { classes, rows }: Predictions,
  expected: ExpectedPredictions = {},
): void {
  checkClasses(where, classes, expected.classes);
  if (rows.length === 0) throw invalid(where, "a row for every image", note("none"));
  checkDoubled(where, rows);
  for (const row of rows) {
    checkRow(`${where} (${row.id})`, classes, row);
    if (expected.split !== undefined && row.split !== expected.split)
      throw invalid(`${where} (${row.id})`, `the split ${expected.split}`, row.split);
  }
  if (expected.ids) checkIds(where, rows, expected.ids);
}

function checkClasses(where: string, classes: readonly string[], expected = classes): void {
  if (classes.join("\n") !== [...new Set(classes)].sort().join("\n"))
    throw invalid(where, "classes in sorted order, each once", classes);
  if (classes.join("\n") !== expected.join("\n"))
    throw invalid(where, `the classes ${expected.join(", ")}`, note(classes.join(", ")));
}

function checkDoubled(where: string, rows: readonly PredictionRow[]): void {
  const seen = new Set<string>();
  for (const { id } of rows) {
    if (seen.has(id)) throw invalid(where, `one row for ${JSON.stringify(id)}`, note("several"));
    seen.add(id);
  }
}

function checkIds(where: string, rows: readonly PredictionRow[], ids: readonly string[]): void {
  const known = new Set(ids);
  const unknown = rows.find((row) => !known.has(row.id));
  if (unknown) throw invalid(where, "only ids of the dataset", unknown.id);
  const present = new Set(rows.map((row) => row.id));
  const missing = ids.find((id) => !present.has(id));
  if (missing !== undefined) throw invalid(where, `a row for ${JSON.stringify(missing)}`, note("none"));
}

function checkRow(where: string, classes: readonly string[], { id, label, p }: PredictionRow): void {
  if (id === "") throw invalid(where, "an id", id);
  if (label !== null && !classes.includes(label))
    throw invalid(where, `a label among ${classes.join(", ")}, or none`, label);
  if (p.length !== classes.length)
    throw invalid(where, `${classes.length} probabilities`, note(String(p.length)));
  const bad = p.findIndex((x) => !(x >= 0 && x <= 1));
  if (bad >= 0) throw invalid(`${where} p_${classes[bad]}`, "a probability in [0, 1]", note(String(p[bad])));
  const sum = p.reduce((a, b) => a + b, 0);
  if (Math.abs(sum - 1) > SUM_TOLERANCE)
    throw invalid(where, "probabilities that sum to 1", note(`a sum of ${Number(sum.toFixed(6))}`));
}
