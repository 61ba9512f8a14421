/** Run folders -> comparison -> report: everything is rebuilt from what the runs wrote, without a model. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { compareArms } from "../../../eval/comparison/compare.js";
import type {
  ArmInput,
  Caveat,
  ComparisonInput,
  EpochRecord,
  SeedRun,
} from "../../../eval/comparison/input.js";
import type { Comparison } from "../../../eval/comparison/schema.js";
import { readPredictions } from "../../../eval/predictions/csv.js";
import { type DrawnClasses, readDraws } from "../../../eval/predictions/draws.js";
import type { RenderSamples } from "../../../eval/report/samples.js";
import { writeReport } from "../../../eval/report/write.js";
import { invalid, note } from "../../shared/errors.js";
import { canonicalJson } from "../../shared/files.js";
import { distinct } from "../../shared/group.js";
import { readCheckedLines } from "../../shared/schema.js";
import type { Predictions } from "../../shared/types.js";
import { ledgerOf } from "../evaluate/sealed.js";
import { type OnEvent, silent } from "../spec/events.js";
import { isRendered, recordedCaveats } from "../store/caveats.js";
import { keepRun } from "../store/kept.js";
import { checkpointSchema, epochSchema, type RunRecord } from "../store/record.js";
import {
  BEFORE_PREDICTIONS,
  drawsFile,
  findUnfinished,
  metricsFile,
  predictionsFile,
  readConfig,
  readEnvironment,
  SOURCE_PREDICTIONS,
  sealedPredictionsFile,
  validatorsFile,
} from "../store/store.js";
import { type ArmRuns, experimentsOf, openArms, type Run } from "./arm-runs.js";
import { carryOver, describeRuns, ledgerOfKept } from "./carry-over.js";
import { readDuplicates } from "./duplicates.js";
import { backgroundRuns, domainStatistics, featureViews, galleryPictures } from "./evidence.js";
import { familiesOf } from "./families.js";
import { provenance } from "./provenance.js";
import { keepSamples, renderSamples } from "./samples.js";

/** Where a comparison is written, and what it may show. */
export interface CompareOptions {
  /** Folder for the report. */
  report: string;
  /** The folder whose ledger belongs to these runs. */
  out: string;
  /** Shown as the command that reproduces the report. */
  command: string;
  /** Embeds images of a real target too: such a report is not for publishing. */
  withImages?: boolean;
  /** Keeps the runs and the renders that are shown beside the report. */
  keep?: boolean;
  /** Told of what is left out. */
  on?: OnEvent;
}

/** Compares the finished runs at or below `paths` and writes the report. */
export async function compareRuns(paths: readonly string[], options: CompareOptions): Promise<Comparison> {
  const arms = await openArms(paths);
  const unfinished = await unfinishedRuns(paths);
  for (const text of unfinished) (options.on ?? silent)({ type: "note", text });
  const input = { ...(await comparisonInput(arms, options)), unfinished };
  const comparison = await carryOver(compareArms(input), options.report, options.on ?? silent);
  const pictures = await galleryPictures(comparison, arms, options.withImages ?? false);
  const samples = await renderSamples(arms, options.report);
  await writeReport(comparison, options.report, {
    predictions: copies(input),
    draws: copiedDraws(input),
    pictures,
    samples,
  });
  if (options.keep) await keepEvidence(options.report, arms, samples);
  return comparison;
}

async function keepEvidence(
  report: string,
  arms: readonly ArmRuns[],
  samples: readonly RenderSamples[],
): Promise<void> {
  for (const { folder, record } of arms.flatMap(({ runs }) => runs)) await keepRun(report, folder, record);
  await keepSamples(report, samples);
}

/** A sentence for every run that was begun at or below the paths and is not done. */
async function unfinishedRuns(paths: readonly string[]): Promise<string[]> {
  const folders = [...new Set((await Promise.all(paths.map(findUnfinished))).flat())];
  const configs = await Promise.all(folders.map(readConfig));
  return configs.map(({ arm, seed }) => `${arm}, seed ${seed}, is not finished and left out.`);
}

async function comparisonInput(
  arms: readonly ArmRuns[],
  { out, report, command }: CompareOptions,
): Promise<ComparisonInput> {
  const all = arms.flatMap(({ runs }) => runs);
  const { folder, record } = all[0]!;
  const experiments = experimentsOf(all);
  const { target, backbone, source } = record;
  const preview = all.every((run) => run.record.preview);
  return {
    experiment: experiments.join(" and "),
    backend: distinct(all.map((run) => run.record.backend)).join(" and "),
    target,
    backbone,
    preview,
    source,
    arms: await Promise.all(arms.map((arm) => armInput(arm, experiments.length > 1, !preview))),
    selection: Object.fromEntries(arms.map(({ name, runs }) => [name, runs[0].record.selection])),
    ledger: await ledgerOfKept(await ledgerOf(out), all, report),
    sealed: distinct(all.flatMap(({ record }) => record.sealed ?? [])),
    families: familiesOf(arms),
    sharedSource: !isRendered(source),
    environment: {
      ...(await readEnvironment(folder)),
      ...(await provenance()),
      ...describeRuns(all),
      command,
    },
    inputs: distinct(all.flatMap((run) => run.record.inputs)),
    experiments: await Promise.all(experiments.map((name) => experimentConfig(name, all))),
    features: await featureViews(arms),
    statistics: await domainStatistics(all),
    background: await backgroundRuns(all),
    duplicates: record.duplicates ?? (await readDuplicates(out, target.dataset)),
  };
}

/** @param marked whether a preview is said of the arm: the whole report is none */
async function armInput({ name, runs }: ArmRuns, several: boolean, marked: boolean): Promise<ArmInput> {
  const { experiment, arm, track, k, labels, synthetic, unlabelled, uses } = runs[0].record;
  const seeds = await Promise.all(runs.map(seedRun));
  const caveats = [
    ...(marked && runs[0].record.preview ? [previewCaveat(name)] : []),
    ...recordedCaveats(runs[0].record, seeds[0]!.target.classes),
  ];
  return {
    name,
    ...(several ? { experiment, role: arm } : {}),
    track,
    k,
    ...(labels === undefined ? {} : { labels }),
    learner: learnerOf(await readConfig(runs[0].folder)),
    synthetic,
    unlabelled,
    uses,
    caveats,
    runs: seeds,
  };
}

const previewCaveat = (name: string): Caveat => ({
  about: "weights",
  statement: `${name} is a preview: a single seed and short training, and no result.`,
});

async function seedRun({ folder, record }: Run): Promise<SeedRun> {
  const read = (dataset: string) => readPredictions(predictionsFile(folder, dataset));
  return {
    seed: record.seed,
    source: await read(SOURCE_PREDICTIONS),
    before: existsSync(predictionsFile(folder, BEFORE_PREDICTIONS)) ? await read(BEFORE_PREDICTIONS) : null,
    target: await openedPredictions(folder, record.target),
    seconds: record.seconds,
    history: (await readCheckedLines(epochSchema, metricsFile(folder))) as EpochRecord[],
    checkpoints: await readCheckedLines(checkpointSchema, validatorsFile(folder)),
    ...(await draws(folder, record.target)),
  };
}

/** As many as the run was configured with, its own draw among them. */
async function draws(folder: string, { dataset }: RunRecord["target"]): Promise<Pick<SeedRun, "draws">> {
  const path = drawsFile(folder, dataset);
  const { draws: wanted = 1 } = (await readConfig(folder)).lineage.at(-1)!;
  if (wanted === 1 && !existsSync(path)) return {};
  const draws = await readDraws(path);
  const found = 1 + draws.predicted.length;
  if (found !== wanted) throw invalid(path, `${wanted - 1} draws beside the run's own`, note(`${found - 1}`));
  return { draws };
}

/** How it learned, but not what it learned on. */
function learnerOf({ lineage }: Awaited<ReturnType<typeof readConfig>>): string {
  const ways = lineage.map(({ phases, method, augment }) => ({
    phases: phases?.map((phase) => ({ ...phase, on: null })) ?? [],
    method,
    augment,
  }));
  return canonicalJson(ways);
}

/** Of a target without splits the images may have those of its archives. */
const WHOLE = "all";

async function openedPredictions(
  folder: string,
  { dataset, split }: RunRecord["target"],
): Promise<Predictions> {
  const path = predictionsFile(folder, dataset);
  if (!existsSync(path) && existsSync(sealedPredictionsFile(folder, dataset)))
    throw invalid(path, "predictions whose labels were opened (antbee run opens them)", note("sealed ones"));
  return readPredictions(path, split === WHOLE ? {} : { split });
}

/** What an experiment was, put together again from the configurations of its runs. */
async function experimentConfig(name: string, all: readonly Run[]) {
  const runs = all.filter((run) => run.record.experiment === name);
  const configs = await Promise.all(runs.map(({ folder }) => readConfig(folder)));
  const arms = configs.map(({ lineage }) => {
    const { name: arm, ...rest } = lineage.at(-1)!;
    return [arm, rest] as const;
  });
  const { key: _key, experiment: _name, arm: _arm, seed: _seed, lineage: _lineage, ...shared } = configs[0]!;
  const seeds = [...new Set(runs.map((run) => run.record.seed))].sort((a, b) => a - b).join(", ");
  return { name, config: { ...shared, seeds, arms: Object.fromEntries(arms) } };
}

function copiedDraws({ arms }: ComparisonInput): Record<string, DrawnClasses> {
  const files = arms.flatMap(({ name, runs }) =>
    runs.flatMap(({ seed, draws, target }) =>
      draws ? [[join(name, `seed-${seed}`, `${target.dataset}-draws`), draws] as const] : [],
    ),
  );
  return Object.fromEntries(files);
}

/** The predictions behind the figures, by the file names that the report gives them. */
function copies({ arms }: ComparisonInput): Record<string, Predictions> {
  const files = arms.flatMap(({ name, runs }) =>
    runs.flatMap(({ seed, source, before, target }) => {
      const at = join(name, `seed-${seed}`);
      return [source, before, target].flatMap((of) => (of ? [[join(at, of.dataset), of] as const] : []));
    }),
  );
  return Object.fromEntries(files);
}
