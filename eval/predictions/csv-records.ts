/** The records of a text of comma-separated values. */
import { parse } from "csv-parse/sync";
import { invalid } from "../../src/shared/errors.js";

/** @throws bad input that names `where` for a text that is no such table */
export function csvRecords(text: string, where: string): string[][] {
  try {
    return parse(text, { bom: true, relax_column_count: true, skip_empty_lines: true });
  } catch (error) {
    throw invalid(where, "comma-separated values", error);
  }
}
