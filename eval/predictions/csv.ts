/** `predictions.csv`: `id,split,label,p_<class>…`, one row per image, classes in sorted order. */
import { basename } from "node:path";
import { stringify } from "csv-stringify/sync";
import { invalid, note } from "../../src/shared/errors.js";
import { readText, writeAtomic } from "../../src/shared/files.js";
import type { PredictionRow, Predictions } from "../../src/shared/types.js";
import { checkPredictions, type ExpectedPredictions } from "./check.js";
import { csvRecords } from "./csv-records.js";
import { sortedRows } from "./outcomes.js";

const FIXED_COLUMNS = ["id", "split", "label"];
const PROBABILITY_PREFIX = "p_";

/**
 * Reads and checks a `predictions.csv`.
 * @param expected what they must be; `dataset` is the file's name without `.csv` where none is given
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
  // A carriage return ends no record here, but would be read as if it did.
  return stringify([header, ...lines], { record_delimiter: "\n", quoted_match: "\r" });
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

function headerClasses(where: string, header: string[]): string[] {
  const names = header.slice(FIXED_COLUMNS.length);
  const whole = FIXED_COLUMNS.every((name, i) => header[i] === name);
  if (!whole || names.length === 0 || !names.every((name) => name.startsWith(PROBABILITY_PREFIX)))
    throw invalid(where, "the columns id,split,label,p_<class>", header.join(","));
  return names.map((name) => name.slice(PROBABILITY_PREFIX.length));
}

/** What a spreadsheet writes; not 0x1, which JavaScript takes for a number too. */
const decimal = (cell: string): number =>
  /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(cell) ? Number(cell) : Number.NaN;

function parseRow(where: string, classes: string[], cells: string[]): PredictionRow {
  const [id = "", split = "", label = "", ...p] = cells;
  if (p.length !== classes.length)
    throw invalid(`${where} (${id})`, `${classes.length} probabilities`, note(String(p.length)));
  return { id, split, label: label || null, p: p.map(decimal) };
}
