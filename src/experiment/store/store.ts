/**
 * Run folders: one arm with one seed, `OUT/<experiment>/<arm>/seed-<s>/`. The configuration is saved first and is the
 * folder's claim; the record is written last and says that the work is done.
 */
import { existsSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { cpus, release, totalmem } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import type { Caveat, ComparisonInput } from "../../../eval/comparison/input.js";
import { invalid, note } from "../../shared/errors.js";
import {
  canonicalJson,
  isTemporary,
  readJson,
  readText,
  sha256,
  writeAtomic,
  writeJson,
} from "../../shared/files.js";
import type { Track } from "../../shared/types.js";
import type { SealedSet } from "../source/sealed-set.js";
import type { Family } from "../spec/family.js";

/** What the runs of an experiment share, and a report says of them. */
export interface Setting
  extends Pick<ComparisonInput, "backend" | "target" | "backbone" | "inputs" | "preview"> {
  /** Of the target's and the backbone's cards; absent in records from before they were kept. */
  caveats?: Caveat[];
  /** The names under which the ledger counts openings of the target's labels; absent in older records. */
  sealed?: SealedSet[];
  /** The arms that were to be decided on when the run was made; absent in older records. */
  family?: Family;
}

/** What a run did, beside its checkpoint, metrics and predictions: all that a comparison needs to know of it. */
export interface RunRecord extends Setting {
  /** Hash of the configuration: the same key means the same work. */
  key: string;
  experiment: string;
  arm: string;
  track: Track;
  k: number | null;
  synthetic: boolean;
  seed: number;
  source: ComparisonInput["source"];
  /** What the run saw of the target's labels, in words. */
  uses: string;
  /** How its epochs were chosen, in words. */
  selection: string;
  /** Epochs kept of each phase. */
  epochs: number[];
  seconds: number;
  /** The arm's place in the experiment: reports keep that order. */
  position: number;
}

export interface RunConfig {
  experiment: string;
  arm: string;
  seed: number;
  [key: string]: unknown;
}

/** The folder of a run below `out`. */
export const runFolder = (out: string, { experiment, arm, seed }: RunConfig): string =>
  join(out, experiment, arm, `seed-${seed}`);

/** The predictions of a run: of its held-out source, of the same by the model it started from, or of a target. */
export const predictionsFile = (folder: string, dataset: string): string =>
  join(folder, "predictions", `${dataset}.csv`);
/** What was said of a target while its labels were sealed; the labelled copy is `predictionsFile`. */
export const sealedPredictionsFile = (folder: string, dataset: string): string =>
  join(folder, "predictions", "sealed", `${dataset}.csv`);
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
const RECORD = "run.json";

/**
 * Claims a run's folder for a configuration.
 * @returns the record of the finished run, or undefined where there is work to do
 * @throws bad input where the folder holds another configuration's work, or something that is no run
 */
export async function claimRun(out: string, config: RunConfig): Promise<RunRecord | undefined> {
  const folder = runFolder(out, config);
  const finished = await finishedRun(out, config);
  if (finished) return finished;
  if (existsSync(folder)) await removeTemporaries(folder);
  if (!existsSync(join(folder, CONFIG))) await claim(folder, config);
  return undefined;
}

/** Takes a finished run's work away, the record first, and leaves the claim: a run that cannot be reused starts anew. */
export async function discardRun(out: string, config: RunConfig): Promise<void> {
  const folder = runFolder(out, config);
  await rm(join(folder, RECORD), { force: true });
  const rest = (await readdir(folder)).filter((name) => name !== CONFIG && name !== ENVIRONMENT);
  for (const name of rest) await rm(join(folder, name), { recursive: true, force: true });
}

/** What a kill in the middle of a write leaves beside the whole files. */
async function removeTemporaries(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const left = entries.filter((entry) => entry.isFile() && isTemporary(entry.name));
  await Promise.all(left.map((entry) => rm(join(entry.parentPath, entry.name), { force: true })));
}

/** As `claimRun`, but leaves an unclaimed folder as it is. */
export async function finishedRun(out: string, config: RunConfig): Promise<RunRecord | undefined> {
  const folder = runFolder(out, config);
  const path = join(folder, CONFIG);
  if (existsSync(path)) await refuseOther(path, config);
  else if (await holdsOthers(folder))
    throw invalid(folder, "an empty folder or a run", note("files of something else"));
  return existsSync(join(folder, RECORD)) ? readRun(folder) : undefined;
}

/** A kill while the folder was claimed leaves the configuration's temporary, which is no other's. */
async function holdsOthers(folder: string): Promise<boolean> {
  if (!existsSync(folder)) return false;
  return (await readdir(folder)).some((name) => !isTemporary(name, CONFIG));
}

async function claim(folder: string, config: RunConfig): Promise<void> {
  await writeAtomic(join(folder, CONFIG), stringify({ key: configKey(config), ...config }));
  await writeJson(join(folder, ENVIRONMENT), environment());
}

async function refuseOther(path: string, config: RunConfig): Promise<void> {
  const held = (parse(await readText(path)) as { key?: string } | null)?.key;
  if (held !== configKey(config))
    throw invalid(
      path,
      "this experiment's configuration (give another --out, or another name)",
      note("a run with another configuration"),
    );
}

/** Marks a run as done. */
export async function finishRun(
  out: string,
  config: RunConfig,
  record: Omit<RunRecord, "key">,
): Promise<RunRecord> {
  const whole = { key: configKey(config), ...record };
  await writeJson(join(runFolder(out, config), RECORD), whole);
  return whole;
}

/** The configuration that a run was claimed with. */
export async function readConfig(folder: string): Promise<RunConfig & { lineage: { name: string }[] }> {
  return parse(await readText(join(folder, CONFIG)));
}

export const readEnvironment = (folder: string) =>
  readJson<Record<string, unknown>>(join(folder, ENVIRONMENT));

export const readRun = (folder: string): Promise<RunRecord> => readJson<RunRecord>(join(folder, RECORD));

/** The finished runs at or below a run, an arm or an experiment folder, in a stable order. */
export async function findRuns(path: string): Promise<string[]> {
  if (!existsSync(path)) throw invalid(path, "a run, an arm or an experiment folder", note("nothing there"));
  const found = await findBelow(path, 2);
  if (found.length === 0) throw invalid(path, "a finished run (antbee run)", note("none"));
  return found;
}

async function findBelow(path: string, depth: number): Promise<string[]> {
  if (existsSync(join(path, RECORD))) return [path];
  if (depth === 0) return [];
  const below = (await readdir(path, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const found = below.map((entry) => findBelow(join(path, entry.name), depth - 1));
  return (await Promise.all(found)).flat().sort();
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
