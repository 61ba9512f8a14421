/** All that is known of an ablation before any work starts. Nothing is rendered, no weight is read. */
import { join } from "node:path";
import { engineInUse, useBackend } from "../../../adapt/backend/backend.js";
import { refuseTraining } from "../../../adapt/backend/webgpu.js";
import { loadScene } from "../../../sim/scene/scene.js";
import { invalid, note } from "../../shared/errors.js";
import { resolveUserPath } from "../../shared/roots.js";
import { type PlannedBackbone, planBackbone } from "../plan/backbone.js";
import { checkArm } from "../plan/check-arm.js";
import { checkSeeds, type PlanOptions } from "../plan/plan.js";
import { runConfig } from "../plan/run-config.js";
import { settingOf } from "../plan/setting.js";
import { planScene, type SourcePlan } from "../source/source.js";
import { findTrainingSet, type TrainingSet } from "../source/training-set.js";
import { silent } from "../spec/events.js";
import { type Arm, checkExperiment, type Experiment } from "../spec/experiment.js";
import { baseline } from "../spec/family.js";
import { lineage } from "../spec/lineage.js";
import type { ExperimentSpec, SceneSource } from "../spec/schema.js";
import type { RunConfig, Setting } from "../store/store.js";
import { DEFAULT_FACTORS, type Variant, variantsOf } from "./variants.js";

/** What is left out, and by which arm and seeds it is measured. */
export interface AblationPlanOptions extends Omit<PlanOptions, "seeds" | "methods"> {
  /** Groups, factors, presets and numbers of renders, as `variantsOf` reads them; every group where left out. */
  factors?: readonly string[];
  /** A source-only arm; the one named so, or the first, where left out. */
  arm?: string;
  /** How many, of the experiment's own first, or which; 3 where left out. */
  seeds?: number | readonly number[];
}

/** An ablation whose inputs were found. The target is there as its labelled training images alone. */
export interface AblationPlan {
  experiment: Experiment & { source: SceneSource };
  /** The folder of renders, which `run` shares. */
  out: string;
  /** The folder of the ablation's own runs. */
  work: string;
  seeds: readonly number[];
  /** The measured arm after those that it starts from. */
  arms: readonly Arm[];
  variants: readonly Variant[];
  backbone: PlannedBackbone;
  target: TrainingSet;
  setting: Setting;
  sourceOf(variant: Variant, seed: number): SourcePlan;
  configOf(variant: Variant, seed: number): RunConfig;
}

/**
 * @param purpose a run fetches what is not here and renders a stand-in target; a plan leaves both
 * @throws bad input for a source without a scene, an arm that is not source-only, or a factor that cannot be left out
 */
export async function planAblation(
  spec: ExperimentSpec,
  options: AblationPlanOptions,
  purpose: "run" | "plan",
): Promise<AblationPlan> {
  const { out = "runs", where = "experiment", extensions, on = silent } = options;
  const experiment = withScene(checkExperiment(spec, { where, backbone: options.backbone }), where);
  const { source } = experiment;
  const arms = lineage(armOf(experiment, options.arm), experiment.arms);
  const seeds = seedsOf(experiment.seeds, options.seeds);
  const scene = await loadScene(resolveUserPath(source.scene), extensions);
  const factors = { factors: options.factors ?? DEFAULT_FACTORS, count: source.count, where: "factors" };
  const variants = variantsOf(scene, factors, extensions);
  refuseTraining(await useBackend());
  const engine = engineInUse()!;
  const backbone = await planBackbone(experiment, { own: options.backbones, purpose, on });
  const target = await findTrainingSet(experiment, { out, extensions, purpose, on });
  for (const arm of arms) checkArm(arm, { ...target, train: target.items }, backbone.definition.card);
  const sources = new Map<string, SourcePlan>();
  for (const { name, count, change } of variants)
    for (const seed of seeds)
      sources.set(
        `${name} ${seed}`,
        await planScene({ ...source, count }, seed, { out, extensions, change }),
      );
  const sourceOf = ({ name }: Variant, seed: number) => sources.get(`${name} ${seed}`)!;
  const first = sourceOf(variants[0]!, seeds[0]!);
  checkClasses(target, first);
  const measured = { ...target, sealed: [], n: target.items.length };
  return {
    experiment,
    out,
    work: join(out, "ablations", experiment.name),
    seeds,
    arms,
    variants,
    backbone,
    target,
    setting: settingOf(engine, { experiment, arms, backbone, target: measured, source: first }),
    sourceOf,
    configOf: (variant, seed) => ({
      ...runConfig(arms.at(-1)!, seed, {
        experiment: { ...experiment, name: variant.name, source: { ...source, count: variant.count } },
        backbone,
        source: sourceOf(variant, seed),
        target,
        engine,
      }),
      measuredOn: target.split,
    }),
  };
}

function withScene(experiment: Experiment, where: string): AblationPlan["experiment"] {
  const { source } = experiment;
  if ("scene" in source) return { ...experiment, source };
  throw invalid(
    `${where}: source`,
    "a scene, whose factors are left out",
    note(`a dataset, ${source.dataset}`),
  );
}

function armOf({ arms }: Experiment, name: string | undefined): Arm {
  const able = arms.filter(({ track }) => track === "source-only");
  const arm = name === undefined ? baseline(able) : able.find((one) => one.name === name);
  if (arm) return arm;
  const known = able.map((one) => one.name).join(", ");
  throw invalid(
    "arm",
    known ? `one of the source-only arms ${known}` : "a source-only arm",
    name ?? note("none"),
  );
}

/** An ablation is stated from three seeds. */
const DEFAULT_SEEDS = 3;

/** The first of the experiment's seeds; where those do not suffice, the smallest numbers that are none of them. */
function seedsOf(
  own: readonly number[],
  wanted: number | readonly number[] = DEFAULT_SEEDS,
): readonly number[] {
  if (typeof wanted !== "number") {
    checkSeeds(wanted);
    return wanted;
  }
  if (!Number.isSafeInteger(wanted) || wanted < 1 || wanted > MOST_SEEDS)
    throw invalid("seeds", `a number of seeds from 1 to ${MOST_SEEDS}, or a list of them`, wanted);
  const seeds = own.slice(0, wanted);
  for (let next = 0; seeds.length < wanted; next++) if (!own.includes(next)) seeds.push(next);
  return seeds;
}

const MOST_SEEDS = 1000;

function checkClasses({ folder, classes }: TrainingSet, { classes: wanted }: SourcePlan): void {
  if (classes.join() !== wanted.join())
    throw invalid(folder, `the classes ${wanted.join(", ")}`, note(classes.join(", ")));
}
