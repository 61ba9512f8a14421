/** Run folders -> comparison -> report: everything is rebuilt from what the runs wrote, without a model. */
import { join } from "node:path";
import { compareArms } from "../../eval/compare.js";
import type { ArmInput, ComparisonInput, EpochRecord, SeedRun } from "../../eval/comparison-input.js";
import { readPredictions } from "../../eval/predictions.js";
import { writeReport } from "../../eval/report.js";
import type { Comparison } from "../../eval/report-schema.js";
import { invalid, note } from "../shared/errors.js";
import { canonicalJson, readJson, readJsonLines } from "../shared/files.js";
import { ledgerOf } from "./sealed.js";
import {
  BEFORE_PREDICTIONS,
  findRuns,
  metricsFile,
  predictionsFile,
  type RunRecord,
  readRun,
  SOURCE_PREDICTIONS,
} from "./store.js";

export interface CompareOptions {
  /** Folder for the report. */
  report: string;
  /** The folder whose ledger belongs to these runs. */
  out: string;
  /** Shown as the command that reproduces the report. */
  command: string;
}

interface Run {
  folder: string;
  record: RunRecord;
}

/** Compares the finished runs at or below `paths` and writes the report. */
export async function compareRuns(paths: readonly string[], options: CompareOptions): Promise<Comparison> {
  const folders = [...new Set((await Promise.all(paths.map(findRuns))).flat())];
  const runs = await Promise.all(folders.map(async (folder) => ({ folder, record: await readRun(folder) })));
  const comparison = compareArms(await comparisonInput(runs, options));
  await writeReport(comparison, options.report);
  return comparison;
}

async function comparisonInput(runs: Run[], { out, command }: CompareOptions): Promise<ComparisonInput> {
  const first = runs[0]!;
  for (const part of ["target", "backbone"] as const) refuseDifferent(runs, part);
  const experiments = [...new Set(runs.map((run) => run.record.experiment))];
  const arms = await Promise.all(groupByArm(runs, experiments.length > 1).map(armInput));
  const { backend, target, backbone, preview } = first.record;
  return {
    experiment: experiments.join(" and "),
    backend,
    target,
    backbone,
    preview,
    source: first.record.source,
    arms,
    selection: Object.fromEntries(
      groupByArm(runs, experiments.length > 1).map(([name, of]) => [name, of[0]!.record.selection]),
    ),
    ledger: await ledgerOf(out),
    environment: { ...(await readJson<object>(join(first.folder, "environment.json"))), command },
    inputs: distinct(runs.flatMap((run) => run.record.inputs)),
  };
}

function refuseDifferent(runs: Run[], part: "target" | "backbone"): void {
  const first = canonicalJson(runs[0]!.record[part]);
  const odd = runs.find((run) => canonicalJson(run.record[part]) !== first);
  if (odd)
    throw invalid(
      odd.folder,
      `the ${part} of the other runs, ${first}`,
      note(canonicalJson(odd.record[part])),
    );
}

/** Arms in the order of their tracks' label budgets is the report's affair; here they keep the order of the runs. */
function groupByArm(runs: Run[], withExperiment: boolean): [string, Run[]][] {
  const groups = new Map<string, Run[]>();
  for (const run of runs) {
    const { experiment, arm } = run.record;
    const name = withExperiment ? `${experiment}/${arm}` : arm;
    groups.set(name, [...(groups.get(name) ?? []), run]);
  }
  return [...groups];
}

async function armInput([name, runs]: [string, Run[]]): Promise<ArmInput> {
  const { track, k, synthetic, uses } = runs[0]!.record;
  const bySeed = runs.toSorted((a, b) => a.record.seed - b.record.seed);
  return { name, track, k, synthetic, uses, runs: await Promise.all(bySeed.map(seedRun)) };
}

async function seedRun({ folder, record }: Run): Promise<SeedRun> {
  const read = (dataset: string) => readPredictions(predictionsFile(folder, dataset));
  return {
    seed: record.seed,
    source: await read(SOURCE_PREDICTIONS),
    before:
      record.track === "zero-training" || record.track === "oracle" ? null : await read(BEFORE_PREDICTIONS),
    target: await read(record.target.dataset),
    seconds: record.seconds,
    history: await readJsonLines<EpochRecord>(metricsFile(folder)),
  };
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Map(values.map((value) => [canonicalJson(value), value])).values()];
}
