/** The user's cache of activations. */
import { join } from "node:path";
import { type CacheEntry, cacheLimit, clearCache, listCache } from "../../adapt/images/activation-cache.js";
import { userCache } from "../shared/roots.js";

/** What the cache of activations holds. Sizes in bytes. */
export interface CacheReport {
  folder: string;
  /** What it holds, and what it may hold at most. */
  bytes: number;
  limitBytes: number;
  /** The most recently used first. */
  entries: CacheEntry[];
}

const cacheFolder = () => join(userCache(), "activations");

/** What the cache holds, by network and layer. */
export async function describeCache(): Promise<CacheReport> {
  const folder = cacheFolder();
  const entries = await listCache(folder);
  const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
  return { folder, bytes, limitBytes: cacheLimit(), entries };
}

/**
 * Removes everything, or the named entry.
 * @returns the bytes removed
 * @throws bad input for a name that is no entry
 */
export const emptyCache = (name?: string): Promise<number> => clearCache(cacheFolder(), name);
