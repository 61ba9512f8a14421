/** `draws/<dataset>.csv`: `id,draw_1,draw_2…`, the class that was predicted of each image after each draw of labels. */
import { stringify } from "csv-stringify/sync";
import { invalid, note } from "../../src/shared/errors.js";
import { readText, writeAtomic } from "../../src/shared/files.js";
import { csvRecords } from "./csv-records.js";

/** Classes predicted after several draws of training labels. */
export interface DrawnClasses {
  /** Of the images. */
  ids: string[];
  /** `predicted[draw][image]`. */
  predicted: string[][];
}

/** Writes them, rows sorted by id. */
export async function writeDraws(path: string, draws: DrawnClasses): Promise<void> {
  await writeAtomic(path, formatDraws(draws));
}

/** Their text. */
export function formatDraws({ ids, predicted }: DrawnClasses): string {
  const header = ["id", ...predicted.map((_, draw) => column(draw))];
  const order = ids.map((_, i) => i).sort((a, b) => (ids[a]! < ids[b]! ? -1 : 1));
  const lines = order.map((i) => [ids[i]!, ...predicted.map((classes) => classes[i]!)]);
  return stringify([header, ...lines], { record_delimiter: "\n", quoted_match: "\r" });
}

/** Reads them. @throws bad input that names the file and what is odd in it */
export async function readDraws(path: string): Promise<DrawnClasses> {
  const [header = [], ...lines] = csvRecords(await readText(path), path);
  const draws = header.length - 1;
  if (draws < 1 || header[0] !== "id" || header.slice(1).some((name, draw) => name !== column(draw)))
    throw invalid(path, "the columns id,draw_1,draw_2…", header.join(","));
  const odd = lines.find((cells) => cells.length !== header.length || cells.includes(""));
  if (odd) throw invalid(`${path} (${odd[0]})`, `a class for each of ${draws} draws`, note("others"));
  const ids = lines.map((cells) => cells[0]!);
  if (ids.length === 0) throw invalid(path, "a row for every image", note("none"));
  const doubled = firstDoubled(ids);
  if (doubled !== undefined) throw invalid(path, `one row for ${JSON.stringify(doubled)}`, note("several"));
  return {
    ids,
    predicted: Array.from({ length: draws }, (_, draw) => lines.map((cells) => cells[draw + 1]!)),
  };
}

function firstDoubled(ids: readonly string[]): string | undefined {
  const seen = new Set<string>();
  return ids.find((id) => seen.size === seen.add(id).size);
}

const column = (draw: number): string => `draw_${draw + 1}`;
