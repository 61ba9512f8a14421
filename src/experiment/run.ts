/** `antbee run`: every step of an experiment, each skipped where it is done, from renders to the report. */
import { join } from "node:path";
import type { Backbone } from "../../adapt/backbones/load.js";
import type { Activations } from "../../adapt/images/activations.js";
import type { Comparison } from "../../eval/comparison/schema.js";
import { refuseOthersReport } from "../../eval/report/claim.js";
import { canonicalJson } from "../shared/files.js";
import { distinct } from "../shared/group.js";
import type { UnlabeledItem } from "../shared/types.js";
import { enterTraining, openLabels } from "./evaluate/sealed.js";
import { openBackbone } from "./plan/backbone.js";
import { type Plan, type PlanOptions, planExperiment } from "./plan/plan.js";
import { isReusable } from "./plan/run-config.js";
import { compareRuns } from "./report/compare.js";
import { checkClasses, type Target } from "./source/target.js";
import { type OnEvent, silent } from "./spec/events.js";
import type { Family } from "./spec/family.js";
import type { ExperimentSpec } from "./spec/schema.js";
import { claimRun, configKey, discardRun, finishedRun, runFolder } from "./store/store.js";
import { runArm } from "./train/arm.js";
import { backgroundArm, checkBackground, isBackgroundChecked } from "./train/background.js";
import type { RunContext, TargetImages } from "./train/context.js";
import { openSourceImages, openTargetImages } from "./train/images.js";
import { warmUp } from "./train/warm-up.js";

/** What `runExperiment` is told beside the experiment. */
export interface RunOptions extends PlanOptions {
  /** Folder for the report; `reports/<name>` where left out. */
  report?: string;
  /** Names every parameter that is learned. */
  verbose?: boolean;
  /** Shown in the report as what reproduces it. */
  command?: string;
}

/** What a call did and where it stands. */
export interface RunResult {
  experiment: string;
  report: string;
  target: Pick<Target, "dataset" | "kind" | "origin">;
  runs: { arm: string; seed: number; folder: string; reused: boolean }[];
  tally: Tally;
  /** Null where the target has no labels: predictions only. */
  comparison: Comparison | null;
}

/** What was done now, and what stood there already. */
export interface Tally {
  rendered: number;
  rendersReused: number;
  activations: number;
  activationsReused: number;
  trained: number;
  trainedReused: number;
}

/** Runs what is not done yet, opens the sealed labels once, and writes the report. */
export async function runExperiment(spec: ExperimentSpec, options: RunOptions = {}): Promise<RunResult> {
  const { on = silent } = options;
  const plan = await planExperiment(spec, options, "run");
  tellInputs(plan, on);
  if (plan.target.labelled)
    await refuseOthersReport(reportFolder(plan, options), { experiment: plan.experiment.name });
  const work = openWork(plan, options);
  const runs: RunResult["runs"] = [];
  for (const seed of plan.seeds) runs.push(...(await runSeed(seed, work)));
  const { target, experiment } = plan;
  return {
    experiment: experiment.name,
    report: reportFolder(plan, options),
    target,
    runs,
    tally: work.tally,
    comparison: target.labelled ? await evaluate(plan, runs, options) : null,
  };
}

const reportFolder = ({ experiment }: Plan, { report }: RunOptions): string =>
  report ?? join("reports", experiment.name);

function tellInputs({ target, backbone, setting }: Plan, on: OnEvent): void {
  const { card } = backbone.definition;
  on({ type: "note", text: `target: ${target.origin}` });
  on({
    type: "note",
    text: `backbone: ${card.name}, ${card.weights.pretraining}, from ${backbone.weights!.path} (${setting.backend} backend)`,
  });
}

/** What the seeds of a run share. */
interface Work {
  plan: Plan;
  tally: Tally;
  target: TargetImages;
  on: OnEvent;
  verbose?: boolean;
  /** Reads the weights when they are first needed. */
  backbone(): Promise<Backbone>;
  count(answer: Activations): void;
  /** Enters into the ledger, once, that images of a known sealed test are learned from. */
  enter(items: readonly UnlabeledItem[]): Promise<void>;
}

function openWork(plan: Plan, { on = silent, verbose }: RunOptions): Work {
  const tally = {
    rendered: 0,
    rendersReused: 0,
    activations: 0,
    activationsReused: 0,
    trained: 0,
    trainedReused: 0,
  };
  const count = ({ computed, cached }: Activations) => {
    tally.activations += computed;
    tally.activationsReused += cached;
  };
  let backbone: Promise<Backbone> | undefined;
  let entered: Promise<void> | undefined;
  return {
    plan,
    tally,
    target: openTargetImages(plan.target, plan.experiment, on, count),
    on,
    verbose,
    count,
    backbone: () => {
      backbone ??= openBackbone(plan.backbone);
      return backbone;
    },
    enter: (items) => {
      const { out, experiment } = plan;
      const reason = `training of ${experiment.name} on its images`;
      entered ??= enterTraining(items, { out, keys: configsOf(plan).map(configKey), reason, on });
      return entered;
    },
  };
}

async function runSeed(seed: number, work: Work): Promise<RunResult["runs"]> {
  const { plan, tally, on } = work;
  const { arms, out } = plan;
  const done: boolean[] = [];
  for (const arm of arms) done.push(await claim(arm, seed, plan));
  const context = done.every(Boolean) ? undefined : await openContext(seed, work);
  if (context) await warmUp(context);
  for (const [i, arm] of arms.entries()) {
    if (done[i]) tally.trainedReused++;
    else {
      on({ type: "arm", seed, arm: arm.name, track: arm.track });
      await runArm(arm, context!);
      tally.trained++;
    }
  }
  await runBackgroundCheck(seed, work, context);
  return arms.map((arm, i) => ({
    arm: arm.name,
    seed,
    folder: runFolder(out, plan.configOf(arm, seed)),
    reused: done[i]!,
  }));
}

/** @returns whether the run is done already */
async function claim(
  arm: Plan["arms"][number],
  seed: number,
  { out, arms, backbone, configOf }: Plan,
): Promise<boolean> {
  const config = configOf(arm, seed);
  const finished = Boolean(await claimRun(out, config));
  if (!finished || isReusable(arm, arms, backbone)) return finished;
  await discardRun(out, config);
  return false;
}

/** Runs the background-only check where the experiment asks for it and it is not done. */
async function runBackgroundCheck(seed: number, work: Work, context: RunContext | undefined): Promise<void> {
  const { plan } = work;
  const { source, background } = plan.experiment;
  const arm = backgroundArm(plan.arms);
  if (!background || !arm || !("scene" in source)) return;
  if (isBackgroundChecked(runFolder(plan.out, plan.configOf(arm, seed)), plan.target.dataset)) return;
  const scene = { scene: source.scene, ...background };
  await checkBackground(arm, scene, context ?? (await openContext(seed, work)));
}

async function openContext(seed: number, work: Work): Promise<RunContext> {
  const { plan, tally, target, on, verbose } = work;
  const source = await plan.sources.get(seed)!.open(on);
  checkClasses(plan.target, source.classes);
  await work.enter([...source.train, ...source.val, ...plan.target.train]);
  tally.rendered += source.rendered;
  tally.rendersReused += source.reused;
  const images = openSourceImages(source, plan.experiment, on, work.count);
  return { plan, seed, backbone: await work.backbone(), source: images, target, on, verbose };
}

/** Runs that are reused keep the family that they were made under: one that is declared afterwards is no declaration. */
function tellOtherFamily({ setting }: Plan, recorded: readonly Family[], on: OnEvent): void {
  const kept = recorded.filter((family) => canonicalJson(family) !== canonicalJson(setting.family));
  if (kept.length === 0) return;
  const names = distinct(recorded.flatMap(({ arms }) => arms));
  on({
    type: "note",
    text: `family: runs are here that were made under another one; it is corrected for ${names.join(", ")}`,
  });
}

const configsOf = ({ seeds, arms, configOf }: Plan) =>
  seeds.flatMap((seed) => arms.map((arm) => configOf(arm, seed)));

/** Opens the sealed labels where a run has not seen them yet, then compares. */
async function evaluate(plan: Plan, runs: RunResult["runs"], options: RunOptions): Promise<Comparison> {
  const { target, out, experiment } = plan;
  const records = await Promise.all(configsOf(plan).map((config) => finishedRun(out, config)));
  const all = runs.map(({ folder }, i) => ({ folder, key: records[i]!.key }));
  const { command = "runExperiment", on = silent } = options;
  tellOtherFamily(plan, distinct(records.flatMap((record) => record?.family ?? [])), on);
  await openLabels(target, all, { out, experiment: experiment.name, on });
  return compareRuns(
    all.map(({ folder }) => folder),
    { report: reportFolder(plan, options), out, command },
  );
}
