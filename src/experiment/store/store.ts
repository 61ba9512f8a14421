/**
 * Run folders: one arm with one seed, `OUT/<experiment>/<arm>/seed-<s>/`. The configuration is saved first and is the
 * folder's claim; the record is written last and says that the work is done.
 */
import { existsSync, statSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { cpus, release, totalmem } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { z } from "zod";
import { invalid, note } from "../../shared/errors.js";
import { canonicalJson, sha256, writeAtomic, writeJson } from "../../shared/files.js";
import { namesIn, refuseOthers, sweepTemporaries } from "../../shared/folders.js";
import { check, readCheckedJson, readYaml, readYamlFile } from "../../shared/schema.js";
import {
  environmentSchema,
  type RunConfig,
  type RunRecord,
  runConfigSchema,
  runRecordSchema,
} from "./record.js";
import { hashesOf, hashFiles } from "./run-files.js";

export type { RunConfig, RunRecord, Setting } from "./record.js";

/** The folder of a run below `out`. */
export const runFolder = (out: string, { experiment, arm, seed }: RunConfig): string =>
  join(out, experiment, arm, `seed-${seed}`);

/** The predictions of a run: of its held-out source, of the same by the model it started from, or of a target. */
export const predictionsFile = (folder: string, dataset: string): string =>
  join(folder, "predictions", `${dataset}.csv`);
/** What was said of a target while its labels were sealed; the labelled copy is `predictionsFile`. */
export const sealedPredictionsFile = (folder: string, dataset: string): string =>
  join(folder, "predictions", "sealed", `${dataset}.csv`);
/** The classes that an arm predicts of a target after each further draw of its k labels. */
export const drawsFile = (folder: string, dataset: string): string => join(folder, "draws", `${dataset}.csv`);
export const SOURCE_PREDICTIONS = "source";
export const BEFORE_PREDICTIONS = "source-before";
/** Of a head that was trained on renders with their subjects hidden, of such held-out renders or of a target. */
export const backgroundPredictions = (dataset: string): string => `background-${dataset}`;

export const metricsFile = (folder: string): string => join(folder, "metrics.jsonl");
/** What validators said of a method's checkpoints; absent where no method ran. */
export const validatorsFile = (folder: string): string => join(folder, "validators.jsonl");
export const checkpointFile = (folder: string): string => join(folder, "checkpoint.safetensors");
export const featuresFile = (folder: string, dataset: string): string =>
  join(folder, "features", `${dataset}.safetensors`);
export const heatMapsFile = (folder: string, dataset: string): string =>
  join(folder, "heatmaps", `${dataset}.safetensors`);

export const configKey = (config: RunConfig): string => sha256(canonicalJson(config));

const CONFIG = "config.yaml";
const ENVIRONMENT = "environment.json";
export const RECORD = "run.json";

/**
 * Claims a run's folder for a configuration.
 * @returns the record of the finished run, or undefined where there is work to do
 * @throws bad input where the folder holds another configuration's work, or something that is no run
 */
export async function claimRun(out: string, config: RunConfig): Promise<RunRecord | undefined> {
  const folder = runFolder(out, config);
  const finished = await finishedRun(out, config);
  if (finished) return finished;
  await sweepTemporaries(folder);
  await claim(folder, config);
  return undefined;
}

/** Takes a finished run's work away, the record first, and leaves the claim: a run that cannot be reused starts anew. */
export async function discardRun(out: string, config: RunConfig): Promise<void> {
  const folder = runFolder(out, config);
  await rm(join(folder, RECORD), { force: true });
  const rest = (await readdir(folder)).filter((name) => name !== CONFIG && name !== ENVIRONMENT);
  for (const name of rest) await rm(join(folder, name), { recursive: true, force: true });
}

/** As `claimRun`, but leaves an unclaimed folder as it is. */
export async function finishedRun(out: string, config: RunConfig): Promise<RunRecord | undefined> {
  const folder = runFolder(out, config);
  const path = join(folder, CONFIG);
  const isOurs = async () => existsSync(path) && refuseOther(path, config);
  await refuseOthers(folder, {
    expected: "an empty folder or a run",
    found: "files of something else",
    isOurs,
  });
  return existsSync(join(folder, RECORD)) ? readRun(folder) : undefined;
}

/** Each file that is missing: whoever claimed the folder before may have been killed between the two. */
async function claim(folder: string, config: RunConfig): Promise<void> {
  const [configuration, surroundings] = [join(folder, CONFIG), join(folder, ENVIRONMENT)];
  if (!existsSync(configuration))
    await writeAtomic(configuration, stringify({ key: configKey(config), ...config }));
  if (!existsSync(surroundings)) await writeJson(surroundings, environment());
}

async function refuseOther(path: string, config: RunConfig): Promise<true> {
  const { key } = check(z.looseObject({ key: z.string() }), await readYamlFile(path), path);
  if (key === configKey(config)) return true;
  throw invalid(
    path,
    "this experiment's configuration (give another --out, or another name)",
    note("a run with another configuration"),
  );
}

/** Marks a run as done: the record holds the hashes of all that the run wrote. */
export async function finishRun(
  out: string,
  config: RunConfig,
  record: Omit<RunRecord, "key" | "files">,
): Promise<RunRecord> {
  const folder = runFolder(out, config);
  return writeRecord(folder, {
    key: configKey(config),
    ...record,
    files: await hashFiles(folder, RECORD),
  });
}

/** Writes a record into a folder, with the hash that tells whether it was changed. */
export async function writeRecord(folder: string, record: RunRecord): Promise<RunRecord> {
  const whole = { ...record, self: hashOf(record) };
  await writeJson(join(folder, RECORD), whole);
  return whole;
}

const hashOf = ({ self: _, ...record }: RunRecord): string => sha256(canonicalJson(record));

/** Takes files into a finished run's record that were written after it; nothing where the run is not done yet. */
export async function recordFiles(folder: string, paths: readonly string[]): Promise<void> {
  if (!existsSync(join(folder, RECORD))) return;
  const record = await readRun(folder);
  const files = { ...record.files, ...(await hashesOf(folder, paths)) };
  await writeRecord(folder, { ...record, files });
}

/** The configuration that a run was claimed with. */
export const readConfig = (folder: string) => readYaml(runConfigSchema, join(folder, CONFIG));

export const readEnvironment = (folder: string) =>
  readCheckedJson(environmentSchema, join(folder, ENVIRONMENT));

/** @throws bad input for a record that is not what the run wrote */
export async function readRun(folder: string): Promise<RunRecord> {
  const path = join(folder, RECORD);
  const record: RunRecord = await readCheckedJson(runRecordSchema, path);
  if (record.self !== undefined && record.self !== hashOf(record))
    throw invalid(path, "the record that the run wrote", note("one that was changed"));
  return record;
}

/** The finished runs at or below a run, an arm or an experiment folder, in a stable order. */
export async function findRuns(path: string): Promise<string[]> {
  if (!existsSync(path)) throw invalid(path, "a run, an arm or an experiment folder", note("nothing there"));
  const found = (await runsBelow(path, 2)).filter(isFinished);
  if (found.length === 0) throw invalid(path, "a finished run (antbee run)", note("none"));
  return found;
}

/** Whatever else stands there is another's; what is called like a run would be missing without a word. */
const SEED_FOLDER = /[/\\]seed-\d+$/;

/** The runs there that were begun and are not done. */
export const findUnfinished = async (path: string): Promise<string[]> =>
  (await runsBelow(path, 2)).filter((folder) => !isFinished(folder));

const isFinished = (folder: string): boolean => existsSync(join(folder, RECORD));

async function runsBelow(path: string, depth: number): Promise<string[]> {
  if ([RECORD, CONFIG].some((name) => existsSync(join(path, name)))) return [path];
  if (depth === 0) return [];
  const below = (await namesIn(path)).map((name) => join(path, name));
  const folders = below.filter((one) => statSync(one, { throwIfNoEntry: false })?.isDirectory());
  const odd = below.find((one) => SEED_FOLDER.test(one) && !folders.includes(one));
  if (odd) throw invalid(odd, "a run's folder", note("something else"));
  return (await Promise.all(folders.map((one) => runsBelow(one, depth - 1)))).flat().sort();
}

/** The machine and the versions behind a figure. */
export function environment(): Record<string, string | number> {
  return {
    node: process.version,
    platform: `${process.platform} ${process.arch} ${release()}`,
    processor: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
  };
}
