/** What a run would do: what is done already, what is left, and roughly the time and disk that will take. */
import { defaultWorkers } from "../../shared/pool.js";
import { missingRenders } from "../source/source.js";
import type { ExperimentSpec } from "../spec/schema.js";
import { finishedRun } from "../store/store.js";
import { COST } from "./cost.js";
import { type Plan, type PlanOptions, planExperiment } from "./plan.js";
import { isReusable } from "./run-config.js";

/** What a run would do. Seconds and bytes are upper bounds to an order of magnitude. */
export interface DryRun {
  experiment: string;
  target: string;
  backbone: string;
  /** What has to be fetched or put in place first, in a sentence; null where everything is here. */
  toFetch: string | null;
  runs: { arm: string; seed: number; done: boolean }[];
  /** Images still to be rendered. */
  renders: number;
  /** Upper bound of activations to compute; those in the cache cost nothing. */
  activations: number;
  seconds: number;
  bytes: number;
}

/** Plans without doing: nothing is rendered, fetched or written, no weight is read. */
export async function dryRun(spec: ExperimentSpec, options: PlanOptions = {}): Promise<DryRun> {
  const plan = await planExperiment(spec, options, "plan");
  const { card } = plan.backbone.definition;
  const runs = await plannedRuns(plan);
  return {
    experiment: plan.experiment.name,
    target: plan.target.origin,
    backbone: `${card.name} (${card.weights.pretraining})`,
    toFetch: plan.backbone.weights
      ? null
      : `the weights of ${card.name}, ${card.weights.file}, from ${card.weights.url}; or put them into a data root's weights/`,
    runs,
    ...(await workOf(plan, runs)),
  };
}

async function plannedRuns({ seeds, arms, backbone, out, configOf }: Plan): Promise<DryRun["runs"]> {
  const runs: DryRun["runs"] = [];
  for (const seed of seeds)
    for (const arm of arms) {
      const finished = isReusable(arm, arms, backbone) && (await finishedRun(out, configOf(arm, seed)));
      runs.push({ arm: arm.name, seed, done: Boolean(finished) });
    }
  return runs;
}

async function workOf({ seeds, sources, target, experiment }: Plan, runs: DryRun["runs"]) {
  const open = seeds.filter((seed) => runs.some((run) => run.seed === seed && !run.done));
  const left = runs.filter((run) => !run.done).length;
  const missing = await Promise.all(open.map((seed) => missingRenders(sources.get(seed)!)));
  const renders = missing.reduce((sum, n) => sum + n, target.toRender);
  const sourceImages = open.reduce((sum, seed) => sum + sources.get(seed)!.renders, 0);
  const targetImages = open.length ? target.toRender + target.train.length + target.test.length : 0;
  const activations = (sourceImages + targetImages) * (experiment.views + 1);
  const { source } = experiment;
  // Images that are evaluated leave their last feature maps, of which predictions, features and heat maps are made.
  const evaluated = open.length * ("val" in source ? source.val : 0) + (open.length ? target.test.length : 0);
  return {
    renders,
    activations,
    seconds:
      (renders * COST.seconds.render + activations * COST.seconds.activation) / defaultWorkers() +
      left * COST.seconds.arm,
    bytes:
      renders * COST.bytes.render +
      activations * COST.bytes.activation +
      evaluated * COST.bytes.map +
      left * COST.bytes.run,
  };
}

/** The plan for people. */
export function describeDryRun(plan: DryRun): string {
  const runs = plan.runs.map(({ arm, seed, done }) => `  ${done ? "done" : "to do"}  ${arm} seed ${seed}`);
  return [
    `${plan.experiment}: ${plan.runs.filter((run) => !run.done).length} of ${plan.runs.length} runs to do`,
    `target: ${plan.target}`,
    `backbone: ${plan.backbone}`,
    ...(plan.toFetch ? [`to fetch: ${plan.toFetch}`] : []),
    ...runs,
    `${plan.renders} images to render, at most ${plan.activations} activations to compute`,
    `about ${Math.ceil(plan.seconds / 60)} min and ${(plan.bytes / 1e9).toFixed(2)} GB at most`,
  ].join("\n");
}
