/** The hashes of a run's files: kept in its record, and asked again wherever such a file is read. */
import { existsSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { invalid, note } from "../../shared/errors.js";
import { sha256File } from "../../shared/files.js";
import { filesBelow } from "../../shared/folders.js";
import { isTemporary } from "../../shared/temporary.js";
import type { RunRecord } from "./record.js";

/** Hash of every file of a run by its POSIX path, but of its record. */
export async function hashFiles(folder: string, record: string): Promise<Record<string, string>> {
  const paths = (await filesBelow(folder))
    .filter(({ name }) => name !== record && !isTemporary(name))
    .map(({ parentPath, name }) => join(parentPath, name));
  return hashesOf(folder, paths.sort());
}

export async function hashesOf(folder: string, paths: readonly string[]): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  for (const path of paths) hashes[posix(folder, path)] = await sha256File(path);
  return hashes;
}

/** @throws bad input where the run wrote the file, and it is gone or is not what was written */
export async function checkFile(folder: string, { files = {} }: RunRecord, path: string): Promise<void> {
  const expected = files[posix(folder, path)];
  if (expected === undefined) return;
  if (!existsSync(path)) throw invalid(path, "the file that the run wrote", note("nothing there"));
  const found = await sha256File(path);
  if (found !== expected)
    throw invalid(
      path,
      `the file that the run wrote (sha256 ${expected})`,
      note(`another (sha256 ${found})`),
    );
}

/** Weights are left out: a report needs none, and they may have been thrown away for their size. */
const isWeights = (path: string): boolean => /^(checkpoint\.safetensors$|folds\/)/.test(path);

/** What no report is without is missed by those who read it, in their own words. */
const isMissed = (path: string, { target }: RunRecord): boolean =>
  ["config.yaml", "predictions/source.csv", `predictions/${target.dataset}.csv`].includes(path);

/** Checks all that a report is made of. @throws as `checkFile` */
export async function checkEvidence(folder: string, record: RunRecord): Promise<void> {
  for (const path of Object.keys(record.files ?? {})) {
    const place = join(folder, path);
    if (isWeights(path) || (isMissed(path, record) && !existsSync(place))) continue;
    await checkFile(folder, record, place);
  }
}

const posix = (folder: string, path: string): string => relative(folder, path).split(sep).join("/");
