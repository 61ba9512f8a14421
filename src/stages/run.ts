/** `antbee run`: every stage of an experiment, each skipped where it is done, from renders to the report. */
import { join, relative } from "node:path";
import type { Backbone } from "../../adapt/backbones/load.js";
import { useBackend } from "../../adapt/backend/backend.js";
import { readPredictions } from "../../eval/predictions.js";
import type { Comparison } from "../../eval/report-schema.js";
import { type Arm, type Experiment, lineage, loadExperiment } from "../config/experiment.js";
import { say } from "../shared/progress.js";
import { resolveUserPath, userCache } from "../shared/roots.js";
import { type Methods, ownMethods, whyNotApplicable, withRegistry } from "./adaptation.js";
import { type Bench, checkArm, runArm } from "./arms.js";
import { findBackbone } from "./backbone.js";
import { backgroundArm, checkBackground, isBackgroundChecked } from "./background.js";
import { compareRuns } from "./compare.js";
import { type Features, openFeatures } from "./features.js";
import { targetPredictions, unseal } from "./sealed.js";
import { planSource, type SourcePlan } from "./sources.js";
import { claimRun, finishedRun, type RunConfig, type RunRecord, runFolder, type Setting } from "./store.js";
import { checkClasses, findTarget, type Target } from "./target.js";
import { warmUp } from "./warm-up.js";

export interface RunOptions {
  /** The experiment file. */
  experiment: string;
  /** Folder for renders and runs. */
  out: string;
  /** Folder for the report. */
  report?: string;
  /** In place of the experiment's own. */
  seeds?: readonly number[];
  /** Of the file's list, or in place of its own. */
  backbone?: string;
  /** Methods of one's own, by the names that arms give them; in place of the registry's where the names are equal. */
  methods?: Methods;
  /** Names every parameter that is learned. */
  verbose?: boolean;
  /** Shown in the report as the command that reproduces it. */
  command: string;
}

export interface RunResult {
  experiment: string;
  report: string;
  target: Pick<Target, "dataset" | "kind" | "origin">;
  runs: { arm: string; seed: number; folder: string; reused: boolean }[];
  /** What was done now, and what stood there already. */
  tally: {
    rendered: number;
    rendersReused: number;
    activations: number;
    activationsReused: number;
    trained: number;
    trainedReused: number;
  };
  /** Null where the target has no labels: predictions only. */
  comparison: Comparison | null;
}

/** Grows when the same configuration would no longer give the same run. */
const RUN_VERSION = 1;

/** All that is known before any work starts. */
export interface Plan {
  experiment: Experiment;
  out: string;
  seeds: readonly number[];
  arms: Arm[];
  backbone: Backbone;
  target: Target;
  setting: Setting;
  sources: Map<number, SourcePlan>;
  methods: Methods;
  verbose?: boolean;
  configOf(arm: Arm, seed: number): RunConfig;
}

/** @param purpose a stand-in target is rendered for a run only; a plan may leave it to be rendered */
export async function planExperiment(
  options: Omit<RunOptions, "report" | "command">,
  purpose: "run" | "plan",
): Promise<Plan> {
  const { out } = options;
  const experiment = await loadExperiment(resolveUserPath(options.experiment), options.backbone);
  const seeds = options.seeds ?? experiment.seeds;
  const backend = await useBackend();
  const backbone = await findBackbone(experiment);
  const target = await findTarget(experiment, out, purpose);
  const methods = withRegistry(options.methods);
  const arms = withDescent(experiment.arms, (arm) => canRun(arm, backbone, methods));
  if (target.toRender === 0) for (const arm of arms) checkArm(arm, target, backbone, methods);
  const sources = new Map<number, SourcePlan>();
  for (const seed of seeds) sources.set(seed, await planSource(experiment.source, seed, out));
  const configOf = (arm: Arm, seed: number) =>
    runConfig(arm, seed, { experiment, backbone, target, methods, source: sources.get(seed)! });
  const setting = settingOf(backend, { experiment, backbone, target, source: sources.get(seeds[0]!)! });
  const { verbose } = options;
  return { experiment, out, seeds, arms, backbone, target, setting, sources, methods, verbose, configOf };
}

/** Runs what is not done yet, opens the sealed labels once, and writes the report. */
export async function runExperiment(options: RunOptions): Promise<RunResult> {
  const plan = await planExperiment(options, "run");
  const { experiment, out, target, backbone } = plan;
  say(`target: ${target.origin}`);
  say(
    `backbone: ${backbone.card.name}, ${backbone.card.weights.pretraining}, from ${backbone.path} (${plan.setting.backend} backend)`,
  );
  const scratch = join(out, experiment.name, ".scratch");
  const features = openFeatures({
    backbone,
    views: experiment.views,
    precision: experiment.precision,
    cacheDir: join(userCache(), "activations"),
    scratch,
  });
  const tally = { rendered: 0, rendersReused: 0, trained: 0, trainedReused: 0 };
  const runs: RunResult["runs"] = [];
  for (const seed of plan.seeds) runs.push(...(await runSeed(seed, plan, features, tally)));
  const comparison = target.labelled ? await evaluate(plan, runs, options) : null;
  return {
    experiment: experiment.name,
    report: reportFolder(plan, options),
    target,
    runs,
    tally: { ...tally, activations: features.tally.computed, activationsReused: features.tally.cached },
    comparison,
  };
}

export const reportFolder = (
  plan: Pick<Plan, "experiment">,
  { report }: Pick<RunOptions, "report">,
): string => report ?? join("reports", plan.experiment.name);

async function runSeed(
  seed: number,
  plan: Plan,
  features: Features,
  tally: Omit<RunResult["tally"], "activations" | "activationsReused">,
) {
  const { out, arms } = plan;
  const records: (RunRecord | undefined)[] = [];
  for (const arm of arms) records.push(await claimRun(out, plan.configOf(arm, seed)));
  const bench = records.every(Boolean) ? undefined : await openBench(seed, plan, features);
  if (bench) await warmUp(bench);
  tally.rendered += bench?.source.rendered ?? 0;
  tally.rendersReused += bench?.source.reused ?? 0;
  for (const [i, arm] of arms.entries()) {
    if (records[i]) tally.trainedReused++;
    else {
      say(`seed ${seed}: ${arm.name} (${arm.track})`);
      await runArm(arm, bench!);
      tally.trained++;
    }
  }
  await runBackgroundCheck(seed, plan, features, bench);
  return arms.map((arm, i) => ({
    arm: arm.name,
    seed,
    folder: runFolder(out, plan.configOf(arm, seed)),
    reused: Boolean(records[i]),
  }));
}

/** Runs the background-only check where the experiment asks for it and it is not done. */
async function runBackgroundCheck(seed: number, plan: Plan, features: Features, bench: Bench | undefined) {
  const { source, background } = plan.experiment;
  const arm = backgroundArm(plan.arms);
  if (!background || !arm || !("scene" in source)) return;
  if (isBackgroundChecked(runFolder(plan.out, plan.configOf(arm, seed)), plan.target.dataset)) return;
  const scene = { scene: source.scene, ...background };
  await checkBackground(arm, scene, bench ?? (await openBench(seed, plan, features)));
}

async function openBench(seed: number, plan: Plan, features: Features): Promise<Bench> {
  const { out, arms, backbone, target, setting, experiment, methods, verbose } = plan;
  const planned = plan.sources.get(seed)!;
  const source = await planned.open();
  checkClasses(target, source.classes);
  return {
    out,
    seed,
    arms,
    backbone,
    source,
    target,
    features,
    methods,
    verbose,
    setting,
    sourceInfo: {
      scene: "scene" in experiment.source ? experiment.source.scene : planned.scene,
      sha256: planned.sha256,
      n: source.val.length,
    },
    configOf: (arm) => plan.configOf(arm, seed),
  };
}

/** Opens the sealed labels where a run has not seen them yet, then compares. */
async function evaluate(plan: Plan, runs: RunResult["runs"], options: RunOptions): Promise<Comparison> {
  const { target, out, experiment, seeds, arms } = plan;
  const records = await Promise.all(
    seeds.flatMap((seed) => arms.map((arm) => finishedRun(out, plan.configOf(arm, seed)))),
  );
  const all = runs.map(({ folder }, i) => ({ folder, key: records[i]!.key }));
  const sealed = await Promise.all(
    all.flatMap(({ folder }) => targetPredictions(folder, target.dataset).map(isSealed)),
  );
  if (sealed.includes(true)) await unseal(target, out, experiment.name, all);
  const { command } = options;
  return compareRuns(
    all.map(({ folder }) => folder),
    { report: reportFolder(plan, options), out, command },
  );
}

async function isSealed(path: string): Promise<boolean> {
  return (await readPredictions(path)).rows.some((row) => row.label === null);
}

/** The zero-training bound needs a pretrained classifier; a backbone of features alone has none. */
function canRun(arm: Arm, { card }: Backbone, methods: Methods): boolean {
  const noClassifier = arm.track === "zero-training" && !card.classes;
  const reason = noClassifier
    ? `${card.name} has no pretrained classifier`
    : whyNotApplicable(arm, methods, card);
  if (reason) say(`${arm.name}: n/a, ${reason}.`);
  return reason === null;
}

/** The arms that can run, and whose parents can. */
function withDescent(arms: readonly Arm[], canRun: (arm: Arm) => boolean): Arm[] {
  const able = arms.filter(canRun);
  return able.filter((arm) => {
    const missing = lineage(arm, arms).find((ancestor) => !able.includes(ancestor));
    if (missing) say(`${arm.name}: left out, it starts from ${missing.name}.`);
    return !missing;
  });
}

interface RunInputs {
  experiment: Experiment;
  backbone: Backbone;
  target: Target;
  source: SourcePlan;
}

/** Everything that decides what a run computes; two runs with equal configurations are the same run. */
function runConfig(arm: Arm, seed: number, inputs: RunInputs & { methods: Methods }): RunConfig {
  const { experiment, backbone, target, source, methods } = inputs;
  const descent = lineage(arm, experiment.arms);
  return {
    version: RUN_VERSION,
    experiment: experiment.name,
    arm: arm.name,
    seed,
    lineage: descent,
    methods: ownMethods(descent, methods),
    views: experiment.views,
    precision: experiment.precision,
    backbone: { name: backbone.card.name, sha256: backbone.sha256 },
    source: { ...experiment.source, sha256: source.sha256 },
    target: { dataset: target.dataset, kind: target.kind, sha256: target.sha256 },
  };
}

function settingOf(backend: string, { experiment, backbone, target, source }: RunInputs): Setting {
  const { card, path, sha256 } = backbone;
  return {
    backend,
    preview: experiment.preview,
    target: {
      dataset: target.dataset,
      kind: target.kind,
      split: target.testSplit ?? "all",
      n: target.test.length,
    },
    backbone: {
      name: card.name,
      weights: experiment.backbone.weights,
      sha256,
      pretraining: card.weights.pretraining,
    },
    inputs: [
      { name: `source: scene ${source.scene}`, sha256: source.sha256 },
      {
        name: `target: ${target.dataset} (${target.kind})`,
        path: relative("", target.folder),
        sha256: target.sha256,
      },
      { name: `weights of ${card.name}`, path: relative("", path), sha256 },
    ],
  };
}
