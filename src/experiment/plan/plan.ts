/** All that is known of an experiment before any work starts. Nothing is rendered, no weight is read. */
import { join } from "node:path";
import type { BackboneCard } from "../../../adapt/backbones/card.js";
import { engineInUse, useBackend } from "../../../adapt/backend/backend.js";
import { refuseTraining } from "../../../adapt/backend/webgpu.js";
import { notApplicable } from "../../../adapt/methods/method.js";
import { refuseOthersReport } from "../../../eval/report/claim.js";
import type { Extensions } from "../../../sim/renderer/extensions.js";
import { invalid } from "../../shared/errors.js";
import { refuseShared } from "../source/refuse-shared.js";
import { planSource, type SourcePlan } from "../source/source.js";
import { checkClasses, findTarget, type Target } from "../source/target.js";
import { type OnEvent, silent } from "../spec/events.js";
import { type Arm, type CheckOptions, checkExperiment, type Experiment } from "../spec/experiment.js";
import { lineage } from "../spec/lineage.js";
import type { ExperimentSpec } from "../spec/schema.js";
import type { RunConfig, Setting } from "../store/store.js";
import { type Backbones, type PlannedBackbone, planBackbone } from "./backbone.js";
import { checkArm, checkArmBefore } from "./check-arm.js";
import { runConfig } from "./run-config.js";
import { settingOf } from "./setting.js";

/** What is decided outside an experiment: where it works, with which seeds and parts of one's own. */
export interface PlanOptions extends CheckOptions {
  /** Folder for renders and runs; "runs" where left out. */
  out?: string;
  /** Folder for the report; `reports/<name>` where left out. */
  report?: string;
  /** In place of the experiment's own. */
  seeds?: readonly number[];
  /** Networks of one's own, by the names that the experiment gives them. */
  backbones?: Backbones;
  /** Subjects and surroundings of one's own that scenes name. */
  extensions?: Extensions;
  /** Told what is found, left out and done. */
  on?: OnEvent;
}

/** An experiment whose inputs were found: what `runExperiment` works from. */
export interface Plan {
  experiment: Experiment;
  out: string;
  report: string;
  seeds: readonly number[];
  /** Those that can run here. */
  arms: Arm[];
  backbone: PlannedBackbone;
  target: Target;
  setting: Setting;
  sources: ReadonlyMap<number, SourcePlan>;
  extensions?: Extensions;
  /** What decides all that a run of the arm computes; its hash is the run's key. */
  configOf(arm: Arm, seed: number): RunConfig;
}

/**
 * @param purpose a run fetches what is not here and renders a stand-in target; a plan leaves both
 * @throws bad input for what no backbone, target or source of the experiment can serve, and for a report in another's folder
 */
export async function planExperiment(
  spec: ExperimentSpec,
  options: PlanOptions = {},
  purpose: "run" | "plan" = "plan",
): Promise<Plan> {
  const { out = "runs", extensions, on = silent } = options;
  const experiment = checkExperiment(spec, options);
  const seeds = options.seeds ?? experiment.seeds;
  checkSeeds(seeds);
  refuseTraining(await useBackend());
  const engine = engineInUse()!;
  const backbone = await planBackbone(experiment, { own: options.backbones, purpose, on });
  const target = await findTarget(experiment, { out, extensions, purpose, on });
  const sources = new Map<number, SourcePlan>();
  for (const seed of seeds) sources.set(seed, await planSource(experiment.source, seed, { out, extensions }));
  const { items, classes } = sources.get(seeds[0]!)!;
  checkClasses(target, classes);
  const { card } = backbone.definition;
  const arms = ableArms(experiment.arms, { card, classes }, on);
  for (const arm of arms)
    if (target.toRender === 0) checkArm(arm, target, card);
    else checkArmBefore(arm, fallbackCount(experiment), target.classes.length, card);
  if (!target.toFetch) await refuseShared(items, [...target.train, ...target.test]);
  const report = options.report ?? join("reports", experiment.name);
  if (target.labelled) await refuseOthersReport(report, { experiment: experiment.name });
  const known = { experiment, backbone, target };
  return {
    ...known,
    out,
    report,
    seeds,
    arms,
    sources,
    extensions,
    setting: settingOf(engine, {
      experiment,
      arms,
      backbone,
      target: { ...target, split: target.testSplit ?? "all", n: target.test.length },
      source: sources.get(seeds[0]!)!,
    }),
    configOf: (arm, seed) => runConfig(arm, seed, { ...known, engine, source: sources.get(seed)! }),
  };
}

/** Training images of the stand-in. */
const fallbackCount = ({ target }: Experiment): number =>
  "dataset" in target ? (target.fallback?.count ?? 0) : 0;

/** @throws bad input for seeds that are none */
export function checkSeeds(seeds: readonly number[]): void {
  const whole = (seed: number) => Number.isSafeInteger(seed) && seed >= 0;
  if (seeds.length === 0 || !seeds.every(whole) || new Set(seeds).size < seeds.length)
    throw invalid("seeds", "whole numbers, each once", seeds);
}

/** The arms that can run on the backbone, and whose parents can. */
function ableArms(arms: readonly Arm[], task: Task, on: OnEvent): Arm[] {
  const leaveOut = (arm: Arm, reason: string) => on({ type: "note", text: `${arm.name}: ${reason}.` });
  const able = arms.filter((arm) => {
    const reason = whyUnable(arm, task);
    if (reason) leaveOut(arm, `n/a, ${reason}`);
    return reason === null;
  });
  return able.filter((arm) => {
    const missing = lineage(arm, arms).find((ancestor) => !able.includes(ancestor));
    if (missing) leaveOut(arm, `left out, it starts from ${missing.name}`);
    return !missing;
  });
}

interface Task {
  card: BackboneCard;
  classes: readonly string[];
}

/** The zero-training bound needs a pretrained classifier that knows the classes; a backbone of features alone has none. */
function whyUnable({ track, method }: Arm, { card, classes }: Task): string | null {
  if (track === "zero-training") return whyNoClassifier(card, classes);
  return method ? notApplicable(method, card) : null;
}

function whyNoClassifier({ name, classes: known }: BackboneCard, classes: readonly string[]): string | null {
  if (!known) return `${name} has no pretrained classifier`;
  const unknown = classes.find((one) => !Object.hasOwn(known.indices, one));
  return unknown === undefined ? null : `the pretrained classifier of ${name} has no class ${unknown}`;
}
