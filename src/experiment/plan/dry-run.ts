/** What a run would do: what is done already, what is left, and roughly the time and disk that will take. */
import { missingRenders } from "../source/source.js";
import type { ExperimentSpec } from "../spec/schema.js";
import type { PlannedBackbone } from "./backbone.js";
import { augmentationsOf, type Cost, costOf } from "./cost.js";
import { type Plan, type PlanOptions, planExperiment } from "./plan.js";
import { standings } from "./standing.js";

/** What a run would do. Seconds and bytes are upper bounds to an order of magnitude. */
export interface DryRun extends Cost {
  experiment: string;
  target: string;
  backbone: string;
  /** What has to be fetched or put in place first, in a sentence; null where everything is here. */
  toFetch: string | null;
  runs: PlannedRun[];
}

/** A run of a plan; a kept one counts as done. */
interface PlannedRun {
  arm: string;
  seed: number;
  done: boolean;
  kept: boolean;
  /** Whether a run is kept under another key. */
  otherKey: boolean;
}

/** Plans without doing: nothing is rendered, fetched or written, no weight is read. */
export async function dryRun(spec: ExperimentSpec, options: PlanOptions = {}): Promise<DryRun> {
  return estimated(await planExperiment(spec, options, "plan"));
}

/** What a plan would do. */
export async function estimated(plan: Plan): Promise<DryRun> {
  const { card } = plan.backbone.definition;
  const runs = await plannedRuns(plan);
  return {
    experiment: plan.experiment.name,
    target: plan.target.origin,
    backbone: `${card.name} (${card.weights.pretraining})`,
    toFetch: describeFetch(plan.backbone),
    runs,
    ...(await workOf(plan, runs)),
  };
}

/** What of a backbone has to be fetched or put in place first; null where everything is here. */
export const describeFetch = ({ weights, definition: { card } }: PlannedBackbone): string | null =>
  weights
    ? null
    : `the weights of ${card.name}, ${card.weights.file}, from ${card.weights.url}; or put them into a data root's weights/`;

async function plannedRuns(plan: Plan): Promise<PlannedRun[]> {
  const runs: PlannedRun[] = [];
  for (const seed of plan.seeds)
    for (const [arm, { state, otherKey }] of await standings(seed, plan))
      runs.push({ arm, seed, done: state !== "to do", kept: state === "kept", otherKey });
  return runs;
}

function describeRun({ arm, seed, done, kept, otherKey }: PlannedRun): string {
  const why = otherKey ? " (a run is kept under another key)" : "";
  return `  ${kept ? "kept" : done ? "done" : "to do"}  ${arm} seed ${seed}${why}`;
}

async function workOf({ seeds, arms, sources, target, experiment }: Plan, runs: DryRun["runs"]) {
  const open = seeds.filter((seed) => runs.some((run) => run.seed === seed && !run.done));
  const left = runs.filter((run) => !run.done).length;
  const missing = await Promise.all(open.map((seed) => missingRenders(sources.get(seed)!)));
  const renders = missing.reduce((sum, n) => sum + n, target.toRender);
  const sourceImages = open.reduce((sum, seed) => sum + sources.get(seed)!.renders, 0);
  const targetImages = open.length ? target.toRender + target.train.length + target.test.length : 0;
  const { source } = experiment;
  const again = open.length * ("count" in source ? source.count : 0) * (augmentationsOf(arms) - 1);
  const activations = (sourceImages + again + targetImages) * (experiment.views + 1);
  const maps = open.length * ("val" in source ? source.val : 0) + (open.length ? target.test.length : 0);
  return costOf({ renders, activations, maps, runs: left });
}

/** The plan for people. */
export function describeDryRun(plan: DryRun): string {
  const runs = plan.runs.map(describeRun);
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
