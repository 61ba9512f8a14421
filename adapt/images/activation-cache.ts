/** The cache of activations as a whole: what it holds, how large it may grow, what goes first. */
import { type Dirent, utimesSync } from "node:fs";
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { explainSystemError, invalid, note } from "../../src/shared/errors.js";

/** The activations of one network at one cut. */
export interface CacheEntry {
  /** The folder's name: backbone, cut and the beginning of a hash. */
  name: string;
  files: number;
  bytes: number;
  /** When one of its files was last read or written, in milliseconds since 1970. */
  lastUsed: number;
}

interface CachedFile {
  path: string;
  bytes: number;
  used: number;
}

const GIB = 2 ** 30;
const DEFAULT_GIB = 20;
/** Trimming goes a little below the limit, so that it is not due again at once. */
const TRIM_TO = 0.9;

/** Files that this process may still read: trimming passes them over. */
const held = new Set<string>();

/** The cache's size limit in bytes: `ANTBEE_CACHE_GIB`, or 20 GiB. @throws bad input for one that is no size */
export function cacheLimit(): number {
  const text = process.env.ANTBEE_CACHE_GIB ?? String(DEFAULT_GIB);
  const size = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (!(size > 0 && Number.isFinite(size))) throw invalid("ANTBEE_CACHE_GIB", "a number above 0", text);
  return size * GIB;
}

/** Keeps files from being trimmed as long as this process lives. */
export function holdInCache(files: readonly string[]): void {
  for (const file of files) held.add(file);
}

/** A file's modification time says when it was last used. */
export function markUsed(file: string): void {
  const now = new Date();
  try {
    utimesSync(file, now, now);
  } catch {
    // a cache that cannot be written to can still be read
  }
}

/** Removes the files used longest ago until the cache is below its limit. @returns the bytes removed */
export async function trimCache(cacheDir: string, limitBytes: number): Promise<number> {
  const files = (await Promise.all((await folders(cacheDir)).map((name) => filesOf(cacheDir, name)))).flat();
  let bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  if (bytes <= limitBytes) return 0;
  const before = bytes;
  for (const file of files.filter(({ path }) => !held.has(path)).sort((a, b) => a.used - b.used)) {
    if (bytes <= TRIM_TO * limitBytes) break;
    await rm(file.path, { force: true });
    bytes -= file.bytes;
  }
  return before - bytes;
}

/** What the cache holds, the most recently used first. */
export async function listCache(cacheDir: string): Promise<CacheEntry[]> {
  const entries = (await folders(cacheDir)).map(async (name) => {
    const files = await filesOf(cacheDir, name);
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    const lastUsed = files.reduce((latest, { used }) => Math.max(latest, used), 0);
    return { name, files: files.length, bytes, lastUsed };
  });
  return (await Promise.all(entries)).sort((a, b) => b.lastUsed - a.lastUsed);
}

/**
 * Removes everything, or one entry.
 * @returns the bytes removed
 * @throws bad input for a name that is no entry
 */
export async function clearCache(cacheDir: string, name?: string): Promise<number> {
  const entries = await listCache(cacheDir);
  const chosen = name === undefined ? entries : entries.filter((entry) => entry.name === name);
  if (name !== undefined && chosen.length === 0)
    throw invalid(cacheDir, "an entry of the cache (antbee cache list)", note(`none named ${name}`));
  for (const entry of chosen) await rm(join(cacheDir, entry.name), { recursive: true, force: true });
  return chosen.reduce((sum, { bytes }) => sum + bytes, 0);
}

async function folders(cacheDir: string): Promise<string[]> {
  return (await entriesOf(cacheDir)).filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

async function filesOf(cacheDir: string, name: string): Promise<CachedFile[]> {
  const files: CachedFile[] = [];
  for (const entry of await entriesOf(join(cacheDir, name), true)) {
    const path = join(entry.parentPath, entry.name);
    const found = entry.isFile() ? await stat(path).catch(() => null) : null;
    if (found) files.push({ path, bytes: found.size, used: found.mtimeMs });
  }
  return files;
}

/** A folder that is not there, or goes away meanwhile, is empty. */
async function entriesOf(folder: string, recursive = false): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true, recursive });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw explainSystemError(folder, error);
  }
}
