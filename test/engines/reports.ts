/** Reports of two ways to run one experiment, made comparable. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** A folder's `report.json` without what depends on the moment and the machine. */
export const timelessReport = async (folder: string): Promise<unknown> =>
  timeless(JSON.parse(await readFile(join(folder, "report.json"), "utf8")));

function timeless(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(timeless);
  const kept = Object.entries(value).filter(([key]) => !["seconds", "environment", "when"].includes(key));
  return Object.fromEntries(kept.map(([key, inner]) => [key, timeless(inner)]));
}
