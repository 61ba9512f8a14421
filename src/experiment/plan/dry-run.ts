/** What a run would do: what is done already, what is left, and roughly the time and disk that will take. */
import { flopsOf } from "../../../adapt/backbones/flops.js";
import { whereToPut } from "../../../adapt/backbones/locate.js";
import { type DatasetCard, datasetCard, whereToUnpack } from "../../shared/datasets/index.js";
import { defaultWorkers } from "../../shared/pool.js";
import { missingRenders } from "../source/source.js";
import type { ExperimentSpec } from "../spec/schema.js";
import type { PlannedBackbone } from "./backbone.js";
import { augmentationsOf, type Cost, costOf, trainingSeconds } from "./cost.js";
import { type Plan, type PlanOptions, planExperiment } from "./plan.js";
import { standings } from "./standing.js";
import { type ImageCounts, stepsOf } from "./training-steps.js";

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
  /** Of its training below the head, on one core; 0 for one that is done. */
  seconds: number;
}

/** Plans without doing: nothing is rendered, fetched or written; weights of one's own are read, to be checked. */
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
    toFetch: describeFetch(plan),
    runs,
    ...(await workOf(plan, runs)),
  };
}

/** What has to be fetched or put in place first; null where everything is here. */
export function describeFetch({ backbone, target }: ToFetch): string | null {
  const parts = [
    target.toFetch && datasetToFetch(datasetCard(target.dataset)),
    !backbone.weights && weightsToFetch(backbone.definition.card),
  ];
  return parts.filter(Boolean).join("; ") || null;
}

const datasetToFetch = (card: DatasetCard): string =>
  `the dataset ${card.name} (antbee data fetch), from ${card.url}; or ${whereToUnpack(card)}`;

function weightsToFetch({ name, weights }: PlannedBackbone["definition"]["card"]): string {
  const { url } = weights;
  return `the weights of ${name}${url ? `, from ${url}; or` : ":"} ${whereToPut(weights)}`;
}

interface ToFetch {
  backbone: PlannedBackbone;
  target: { dataset: string; toFetch: boolean };
}

async function plannedRuns(plan: Plan): Promise<PlannedRun[]> {
  const runs: PlannedRun[] = [];
  for (const seed of plan.seeds) {
    const found = await standings(seed, plan);
    for (const arm of plan.arms) {
      const { state, otherKey } = found.get(arm.name)!;
      const done = state !== "to do";
      const seconds = done ? 0 : secondsOf(arm, seed, plan);
      runs.push({ arm: arm.name, seed, done, kept: state === "kept", otherKey, seconds });
    }
  }
  return runs;
}

function secondsOf(arm: Plan["arms"][number], seed: number, plan: Plan): number {
  const steps = stepsOf(arm, countsOf(plan, seed));
  return trainingSeconds(steps, steps && flopsOf(plan.backbone.definition), plan.setting.backend);
}

/** Images that a seed learns from. */
function countsOf({ experiment: { source }, target, sources }: Plan, seed: number): ImageCounts {
  const { items, classes } = sources.get(seed)!;
  return {
    source: "count" in source ? source.count : items.length,
    target: target.train.length + target.toRender,
    classes: classes.length,
  };
}

function describeRun({ arm, seed, done, kept, otherKey }: PlannedRun): string {
  const why = otherKey ? " (a run is kept under another key)" : "";
  return `  ${kept ? "kept" : done ? "done" : "to do"}  ${arm} seed ${seed}${why}`;
}

async function workOf({ seeds, arms, sources, target, experiment }: Plan, runs: readonly PlannedRun[]) {
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
  const cost = costOf({ renders, activations, maps, deep: runs.some((run) => run.seconds > 0), runs: left });
  const training = runs.reduce((sum, run) => sum + run.seconds, 0) / defaultWorkers();
  return { ...cost, seconds: cost.seconds + training };
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
