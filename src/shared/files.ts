/** Files that are either whole or absent: atomic writes, hashes, JSON and JSON lines. */
import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { appendFile, mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { explainSystemError, invalid, note } from "./errors.js";

let temporaries = 0;

/** Writes under a temporary name beside `path`, syncs, then renames: a reader never sees half a file. */
export async function writeAtomic(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}-${temporaries++}.tmp`);
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(temporary, "w");
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw explainSystemError(path, error);
  }
}

/** Whether a file is what a kill in the middle of `writeAtomic` leaves: of the file named, or of any. */
export const isTemporary = (name: string, of = ""): boolean =>
  name.startsWith(`.${of}`) && name.endsWith(".tmp");

/** Pretty JSON, keys in insertion order, one trailing newline. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  await writeAtomic(path, `${JSON.stringify(value, null, 2)}\n`);
}

/** Reads JSON; text that is not JSON is bad input. */
export async function readJson<T>(path: string): Promise<T> {
  const text = await readText(path);
  try {
    return JSON.parse(text) as T;
  } catch (error) {
    throw invalid(path, "JSON", error);
  }
}

export async function readText(path: string): Promise<string> {
  return (await readBytes(path)).toString("utf8");
}

/** Reads a file the user named; a missing one is bad input, other failures keep their own words. */
export async function readBytes(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT")
      throw invalid(path, "a file", note("nothing there"));
    throw explainSystemError(path, error);
  }
}

/** Appends one JSON line. A kill can cut the last line only; `readJsonLines` passes over such a stump. */
export async function appendJsonLine(path: string, value: unknown): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await appendFile(path, `${JSON.stringify(value)}\n`);
  } catch (error) {
    throw explainSystemError(path, error);
  }
}

/** The whole lines of a JSON-lines file; an absent file has none, and a last line without its newline is ignored. */
export async function readJsonLines<T>(path: string): Promise<T[]> {
  if (!existsSync(path)) return [];
  const lines = (await readText(path)).split("\n").slice(0, -1);
  return lines.map((line, i) => {
    try {
      return JSON.parse(line) as T;
    } catch (error) {
      throw invalid(`${path}:${i + 1}`, "a JSON record", error);
    }
  });
}

export function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** Hash of a file's bytes, streamed: weights may be larger than memory likes. */
export async function sha256File(path: string): Promise<string> {
  const hash = createHash("sha256");
  try {
    await pipeline(createReadStream(path), hash);
  } catch (error) {
    throw explainSystemError(path, error);
  }
  return hash.digest("hex");
}

/** JSON with sorted keys: equal values have equal text, so it can be hashed. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, v) =>
    v && typeof v === "object" && !Array.isArray(v)
      ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1)))
      : v,
  );
}
