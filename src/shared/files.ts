/** Files that are either whole or absent: atomic writes, hashes, JSON and JSON lines. */
import { createHash } from "node:crypto";
import { createReadStream, existsSync, type Stats } from "node:fs";
import { appendFile, open, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import { explainSystemError, invalid, note } from "./errors.js";
import { makeFolder } from "./folders.js";
import { intoArchive, readMember } from "./tar-members.js";
import { closeTemporary, openTemporary } from "./temporary.js";
import { whileStale } from "./units/patience.js";

/** The most that is read into memory of one file; no weights, no records and no image come near. */
const MAX_BYTES = 2 ** 31;
/** The most of a text that people or antbee write: configurations, records, predictions. */
const MAX_TEXT_BYTES = 2 ** 29 - 24;

/** A file's content, whole or in parts that come one after the other. */
export type Content = string | Uint8Array | AsyncIterable<string | Uint8Array>;

/** Writes under a temporary name beside `path`, syncs, then renames: a reader never sees half a file. */
export async function writeAtomic(path: string, content: Content): Promise<void> {
  const temporary = openTemporary(path);
  try {
    await makeFolder(dirname(path));
    const file = await open(temporary, "w");
    try {
      await writeFile(file, content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw explainSystemError(path, error);
  } finally {
    closeTemporary(temporary);
  }
}

/** Pretty JSON, keys in insertion order, one trailing newline. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  await writeAtomic(path, `${JSON.stringify(value, null, 2)}\n`);
}

/** Reads JSON; text that is not JSON is bad input. */
export async function readJson<T>(path: string): Promise<T> {
  return parseJson(await readText(path), path) as T;
}

export function parseJson(text: string, where: string): unknown {
  const value = parseAny(text, where);
  if (isDeeper(value, MAX_JSON_DEPTH))
    throw invalid(where, `JSON nested ${MAX_JSON_DEPTH} deep at most`, note("deeper values"));
  return value;
}

function parseAny(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid(where, "JSON", note("other text"));
  }
}

/** What walks through values does so by calling itself. */
const MAX_JSON_DEPTH = 100;

const isDeeper = (value: unknown, most: number): boolean =>
  typeof value === "object" &&
  value !== null &&
  (most === 0 || Object.values(value).some((inner) => isDeeper(inner, most - 1)));

/** @param most bytes that the file may have */
export async function readText(path: string, most = MAX_TEXT_BYTES): Promise<string> {
  return (await readBytes(path, most)).toString("utf8");
}

/**
 * Reads a file the user named. A missing one, a folder, a pipe or a device in its place, and one of more than `most`
 * bytes are bad input; other failures keep their own words. A path may lead into a tar archive.
 */
export async function readBytes(path: string, most = MAX_BYTES): Promise<Buffer> {
  const inside = intoArchive(path);
  if (inside) return readMember(inside, most);
  await regularFile(path, most);
  try {
    return await whileStale(() => readFile(path));
  } catch (error) {
    throw explainSystemError(path, error);
  }
}

/** A pipe would be waited for without end, and a device such as /dev/zero has no end. */
async function regularFile(path: string, most = Number.POSITIVE_INFINITY): Promise<void> {
  const { size } = await statFile(path);
  if (size > most) throw invalid(path, `a file of at most ${most} bytes`, note(`${size} bytes`));
}

async function statFile(path: string) {
  const found = await whileStale(() => stat(path)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") throw invalid(path, "a file", note("nothing there"));
    throw explainSystemError(path, error);
  });
  if (!found.isFile()) throw invalid(path, "a file", note(found.isDirectory() ? "a folder" : kindOf(found)));
  return found;
}

const kindOf = (found: Stats): string =>
  found.isFIFO() ? "a pipe" : found.isSocket() ? "a socket" : "a device";

/** Appends one JSON line. A kill can cut the last line only; `readJsonLines` passes over such a stump. */
export async function appendJsonLine(path: string, value: unknown): Promise<void> {
  try {
    await makeFolder(dirname(path));
    await appendFile(path, `${JSON.stringify(value)}\n`);
  } catch (error) {
    throw explainSystemError(path, error);
  }
}

/** The whole lines of a JSON-lines file; an absent file has none, and a last line without its newline is ignored. */
export async function readJsonLines<T>(path: string): Promise<T[]> {
  if (!existsSync(path)) return [];
  const lines = (await readText(path)).split("\n").slice(0, -1);
  return lines.map((line, i) => parseLine(line, `${path}:${i + 1}`) as T);
}

/** @param where the file and the line's number */
export function parseLine(line: string, where: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw invalid(where, "a JSON record", note("other text"));
  }
}

export function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** Hash of a content that comes in parts, as if it were whole. */
export async function sha256Parts(parts: AsyncIterable<string | Uint8Array>): Promise<string> {
  const hash = createHash("sha256");
  for await (const part of parts) hash.update(part);
  return hash.digest("hex");
}

/** Hash of a file's bytes, streamed: weights may be larger than memory likes. */
export async function sha256File(path: string): Promise<string> {
  if (intoArchive(path)) return sha256(await readBytes(path));
  await regularFile(path);
  try {
    return await whileStale(async () => {
      const hash = createHash("sha256");
      await pipeline(createReadStream(path), hash);
      return hash.digest("hex");
    });
  } catch (error) {
    throw explainSystemError(path, error);
  }
}

/** JSON with sorted keys: equal values have equal text, so it can be hashed. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, v) =>
    v && typeof v === "object" && !Array.isArray(v)
      ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1)))
      : v,
  );
}
