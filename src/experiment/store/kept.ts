/**
 * Finished runs kept beside a report, small enough to be committed: `kept/<arm>/seed-<s>/` and the report's own copies of
 * their predictions are all that the report's figures are made of. Weights, features and heat maps are not kept: they are
 * large, and those of photographs are the photographs' own.
 */
import { existsSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { invalid, note } from "../../shared/errors.js";
import { sha256File } from "../../shared/files.js";
import { makeFolder } from "../../shared/folders.js";
import type { RunConfig, RunRecord } from "./record.js";
import {
  BEFORE_PREDICTIONS,
  backgroundPredictions,
  configKey,
  discardRun,
  finishRun,
  RECORD,
  readRun,
  runFolder,
  SOURCE_PREDICTIONS,
  writeRecord,
} from "./store.js";

type KeptRun = Pick<RunRecord, "arm" | "seed">;

const keptFolder = (report: string, { arm, seed }: KeptRun): string =>
  join(report, "kept", arm, `seed-${seed}`);

/** Of a run's files, by their path in its folder: what figures are made of. */
function isEvidence(path: string, { target: { dataset } }: RunRecord): boolean {
  const named = [SOURCE_PREDICTIONS, dataset];
  const predictions = [...named, BEFORE_PREDICTIONS, ...named.map(backgroundPredictions)];
  return [
    "environment.json",
    "metrics.jsonl",
    "validators.jsonl",
    `draws/${dataset}.csv`,
    ...predictions.map((name) => `predictions/${name}.csv`),
  ].includes(path);
}

/** Where a file of a run is kept: the report has most predictions already. */
function keptPlace(report: string, run: RunRecord, path: string): string {
  const [folder, name] = path.split("/") as [string, string | undefined];
  const copies = join(report, "predictions", run.arm, `seed-${run.seed}`);
  if (folder === "draws") return join(copies, name!.replace(/\.csv$/, "-draws.csv"));
  if (folder === "predictions" && !name!.startsWith(backgroundPredictions(""))) return join(copies, name!);
  return join(keptFolder(report, run), path);
}

const evidenceOf = (record: RunRecord): [string, string][] =>
  Object.entries(record.files ?? {}).filter(([path]) => isEvidence(path, record));

/** Keeps a finished run beside its report; one that was taken from there stands there already. */
export async function keepRun(report: string, folder: string, record: RunRecord): Promise<void> {
  if (record.kept) return;
  const files = Object.fromEntries(evidenceOf(record));
  for (const path of Object.keys(files)) await copy(join(folder, path), keptPlace(report, record, path));
  const inputs = record.inputs.map(({ name, sha256 }) => ({ name, sha256 })); // paths are this machine's
  const kept = keptFolder(report, record);
  await makeFolder(kept);
  await writeRecord(kept, { ...record, inputs, files });
}

/**
 * The run that is kept for a configuration, its files checked.
 * @returns undefined where none is kept, null where what is kept has another key
 * @throws bad input where a kept file is gone, or is not what the run wrote
 */
export async function findKept(report: string, config: RunConfig): Promise<RunRecord | null | undefined> {
  const path = join(keptFolder(report, config), RECORD);
  if (!existsSync(path)) return undefined;
  const record = await readRun(keptFolder(report, config));
  if (record.key !== configKey(config)) return null;
  if (record.arm !== config.arm || record.seed !== config.seed || evidenceOf(record).length === 0)
    throw invalid(path, `the record of ${config.arm}, seed ${config.seed}`, note("another"));
  for (const [file, expected] of evidenceOf(record))
    await checkKept(keptPlace(report, record, file), expected);
  return record;
}

async function checkKept(path: string, expected: string): Promise<void> {
  if (!existsSync(path)) throw invalid(path, "the file of a kept run", note("nothing there"));
  const found = await sha256File(path);
  if (found !== expected)
    throw invalid(path, `the file of a kept run (sha256 ${expected})`, note(`another (sha256 ${found})`));
}

/** Puts a kept run into its claimed run folder, marked as kept: a later run that needs its weights trains it anew. */
export async function takeKept(
  report: string,
  { out, config }: { out: string; config: RunConfig },
  record: RunRecord,
): Promise<void> {
  await discardRun(out, config); // what a killed run left
  const folder = runFolder(out, config);
  for (const [path] of evidenceOf(record)) await copy(keptPlace(report, record, path), join(folder, path));
  const { key: _key, files: _files, ...rest } = record;
  await finishRun(out, config, { ...rest, kept: true });
}

async function copy(from: string, to: string): Promise<void> {
  await makeFolder(dirname(to));
  await copyFile(from, to);
}
