/** `predictions.csv`: `id,split,label,p_<class>…`, one row per image, classes in sorted order. */
import { basename } from "node:path";
import { parse } from "csv-parse/sync";
import { invalid, note } from "../src/shared/errors.js";
import { readText, writeAtomic } from "../src/shared/files.js";
import type { PredictionRow, Predictions } from "../src/shared/types.js";

const FIXED_COLUMNS = ["id", "split", "label"];
const PROBABILITY_PREFIX = "p_";
/** How far a row's probabilities may sum from 1: float32 and four printed decimals fit, a forgotten softmax does not. */
const SUM_TOLERANCE = 1e-3;

/** What the predictions have to agree with. */
export interface ExpectedPredictions {
  classes?: readonly string[];
  /** Every image of the dataset: a row for each, and no other. */
  ids?: readonly string[];
}

/**
 * Reads and checks a `predictions.csv`.
 * @param dataset name of the dataset; the file's name without `.csv` where none is given
 * @throws bad input that names the first row or column at fault
 */
export async function readPredictions(
  path: string,
  expected: ExpectedPredictions & { dataset?: string } = {},
): Promise<Predictions> {
  const predictions = parsePredictions(await readText(path), path, expected.dataset);
  checkPredictions(path, predictions, expected);
  return predictions;
}

/** Writes a `predictions.csv`, rows sorted by id, an empty label where the truth is unknown. */
export async function writePredictions(path: string, predictions: Predictions): Promise<void> {
  checkPredictions(path, predictions);
  await writeAtomic(path, formatPredictions(predictions));
}

/** The text of a `predictions.csv`: numbers at full precision, so that every metric recomputes to the same bits. */
export function formatPredictions({ classes, rows }: Predictions): string {
  const header = [...FIXED_COLUMNS, ...classes.map((c) => PROBABILITY_PREFIX + c)];
  const lines = sortedRows(rows).map((r) => [r.id, r.split, r.label ?? "", ...r.p.map(String)]);
  return [header, ...lines].map((cells) => `${cells.map(csvCell).join(",")}\n`).join("");
}

/** Reads the text of a `predictions.csv`. `where` names it in errors. */
export function parsePredictions(
  text: string,
  where: string,
  dataset = basename(where, ".csv"),
): Predictions {
  const [header, ...lines] = csvRecords(text, where);
  const classes = headerClasses(where, header ?? []);
  return { dataset, classes, rows: lines.map((cells) => parseRow(where, classes, cells)) };
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
  for (const row of rows) checkRow(`${where} (${row.id})`, classes, row);
  if (expected.ids) checkIds(where, rows, expected.ids);
}

/** Rows in the order of their ids, in which arms can be compared image by image. */
export function sortedRows<T extends { id: string }>(rows: readonly T[]): T[] {
  return [...rows].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

function csvRecords(text: string, where: string): string[][] {
  try {
    return parse(text, { bom: true, relax_column_count: true, skip_empty_lines: true });
  } catch (error) {
    throw invalid(where, "comma-separated values", error);
  }
}

function headerClasses(where: string, header: string[]): string[] {
  const names = header.slice(FIXED_COLUMNS.length);
  const whole = FIXED_COLUMNS.every((name, i) => header[i] === name);
  if (!whole || names.length === 0 || !names.every((name) => name.startsWith(PROBABILITY_PREFIX)))
    throw invalid(where, "the columns id,split,label,p_<class>", header.join(","));
  return names.map((name) => name.slice(PROBABILITY_PREFIX.length));
}

function parseRow(where: string, classes: string[], cells: string[]): PredictionRow {
  const [id = "", split = "", label = "", ...p] = cells;
  if (p.length !== classes.length)
    throw invalid(`${where} (${id})`, `${classes.length} probabilities`, note(String(p.length)));
  return { id, split, label: label || null, p: p.map((cell) => (cell.trim() ? Number(cell) : Number.NaN)) };
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

function csvCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
