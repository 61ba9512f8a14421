/**
 * Where each picture's record stands, by index: 30 bytes a picture, so that a million records are read one by one, in
 * their order, without being held.
 */
import { createReadStream, fstatSync, openSync, readSync } from "node:fs";
import { explainSystemError, invalid, note } from "../../src/shared/errors.js";
import { parseLine } from "../../src/shared/files.js";
import { SPLITS, type Split } from "../scene/slots.js";
import { archivedSamples } from "./archive-samples.js";

/** Where one record's text stands. */
export interface RecordPlace {
  index: number;
  split: Split;
  path: string;
  /** In bytes. */
  offset: number;
  length: number;
  /** Counted from 1, for messages. */
  line: number;
}

/** Every record once, in the order of indices; of two lines for one index the later counts: both are alike. */
export interface RecordPlaces {
  readonly count: number;
  [Symbol.iterator](): Iterator<RecordPlace>;
}

/** What a record's line begins with: how `appendRecord` writes it. */
const BEGINNING = /^\{"index":(\d+),"label":"[^"\\]*","split":"(train|val)"/;
/** Bytes of a line that hold its beginning, however long the class's name is. */
const BEGINNING_BYTES = 256;
const BLOCK = 1 << 20;
const NEWLINE = 0x0a;

/** Finds the records in JSON-lines files. A last line without its newline is a stump, and no record. */
export async function findRecordPlaces(files: readonly string[]): Promise<RecordPlaces> {
  const table = openTable(files);
  for (const [file, path] of files.entries()) await scan(path, (place) => table.add(file, place));
  return table.sorted();
}

/** The same of a WebDataset's archives, by the names of their files alone. */
export async function findArchivedPlaces(archives: readonly string[]): Promise<RecordPlaces> {
  const table = openTable(archives);
  for (const [file, path] of archives.entries())
    for (const [i, { index, split, labels }] of archivedSamples(path).entries())
      table.add(file, { index, split, offset: labels.offset, length: labels.length, line: i + 1 });
  return table.sorted();
}

/** A record's text. @throws bad input where the file is not what it was when the place was found */
export function readPlace({ path, offset, length }: RecordPlace, open: OpenFiles): string {
  const bytes = Buffer.allocUnsafe(length);
  try {
    const read = readSync(open(path), bytes, 0, length, offset);
    if (read < length) throw invalid(path, `a record of ${length} bytes at ${offset}`, note(`${read} bytes`));
  } catch (error) {
    throw explainSystemError(path, error);
  }
  return bytes.toString("utf8");
}

/** Gives a file's descriptor, opened once. */
export type OpenFiles = (path: string) => number;

/** Descriptors of a few files at a time; `close` gives them back. */
export function openFiles(close: (descriptor: number) => void, most = 64): OpenFiles & { close(): void } {
  const known = new Map<string, number>();
  const closeFirst = () => {
    const [path, descriptor] = known.entries().next().value!;
    known.delete(path);
    close(descriptor);
  };
  const open = (path: string) => {
    const found = known.get(path);
    if (found !== undefined) return found;
    if (known.size >= most) closeFirst();
    const descriptor = openSync(path, "r");
    fstatSync(descriptor); // a stale handle shows itself here, not in the middle of a record
    known.set(path, descriptor);
    return descriptor;
  };
  return Object.assign(open, {
    close: () => {
      while (known.size > 0) closeFirst();
    },
  });
}

type Found = Omit<RecordPlace, "path">;

async function scan(path: string, add: (place: Found) => void): Promise<void> {
  let [rest, offset, line]: [Buffer, number, number] = [Buffer.alloc(0), 0, 0];
  try {
    for await (const block of createReadStream(path, { highWaterMark: BLOCK })) {
      const bytes = rest.length ? Buffer.concat([rest, block as Buffer]) : (block as Buffer);
      let start = 0;
      for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
        add(placeOf(bytes.subarray(start, end), { path, offset: offset + start, line: ++line }));
        start = end + 1;
      }
      rest = bytes.subarray(start);
      offset += start;
    }
  } catch (error) {
    throw explainSystemError(path, error);
  }
}

function placeOf(text: Buffer, where: { path: string; offset: number; line: number }): Found {
  const match = BEGINNING.exec(text.toString("utf8", 0, BEGINNING_BYTES));
  const [index, split] = match
    ? [Number(match[1]), match[2]]
    : fromWhole(text, `${where.path}:${where.line}`);
  return { index, split: split as Split, offset: where.offset, length: text.length, line: where.line };
}

/** Of a line that another program wrote, with its keys in another order. */
function fromWhole(text: Buffer, where: string): [number, Split] {
  const record = parseLine(text.toString("utf8"), where) as { index?: unknown; split?: unknown } | null;
  const { index, split } = record ?? {};
  if (!Number.isSafeInteger(index) || !SPLITS.includes(split as Split))
    throw invalid(where, "a picture's record", note("other JSON"));
  return [index as number, split as Split];
}

/** A growing table in typed arrays: objects would take ten times the memory. */
function openTable(files: readonly string[]) {
  let room = 1024;
  let count = 0;
  const column = <A extends Float64Array | Uint32Array | Uint8Array>(make: (length: number) => A) => {
    let values = make(room);
    return {
      set: (at: number, value: number) => {
        if (at >= values.length) {
          const larger = make(room);
          larger.set(values);
          values = larger;
        }
        values[at] = value;
      },
      get: (at: number) => values[at]!,
    };
  };
  const index = column((n) => new Uint32Array(n));
  const offset = column((n) => new Float64Array(n));
  const length = column((n) => new Uint32Array(n));
  const line = column((n) => new Uint32Array(n));
  const file = column((n) => new Uint32Array(n));
  const split = column((n) => new Uint8Array(n));
  const at = (row: number): RecordPlace => ({
    index: index.get(row),
    split: SPLITS[split.get(row)]!,
    path: files[file.get(row)]!,
    offset: offset.get(row),
    length: length.get(row),
    line: line.get(row),
  });
  return {
    add(of: number, place: Found) {
      while (count >= room) room *= 2;
      index.set(count, place.index);
      offset.set(count, place.offset);
      length.set(count, place.length);
      line.set(count, place.line);
      file.set(count, of);
      split.set(count++, SPLITS.indexOf(place.split));
    },
    sorted(): RecordPlaces {
      const order = Uint32Array.from({ length: count }, (_, row) => row);
      order.sort((a, b) => index.get(a) - index.get(b) || a - b);
      const last = (i: number) => i + 1 === order.length || index.get(order[i]!) !== index.get(order[i + 1]!);
      const rows = order.filter((_, i) => last(i));
      return {
        count: rows.length,
        *[Symbol.iterator]() {
          for (const row of rows) yield at(row);
        },
      };
    },
  };
}
