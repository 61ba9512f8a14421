/** What an ablation would do: what is done already, what is left, and roughly the time and disk that will take. */

import type { Cost } from "../plan/cost.js";
import { describeFetch } from "../plan/dry-run.js";
import { isReusable } from "../plan/run-config.js";
import type { ExperimentSpec } from "../spec/schema.js";
import { finishedRun } from "../store/store.js";
import { ablationCost } from "./cost.js";
import { type AblationPlan, type AblationPlanOptions, planAblation } from "./plan.js";
import type { Variant } from "./variants.js";

/** What an ablation would do. Seconds and bytes are upper bounds to an order of magnitude. */
export interface AblationDryRun extends Cost {
  experiment: string;
  arm: string;
  target: string;
  backbone: string;
  /** What has to be fetched or put in place first, in a sentence; null where everything is here. */
  toFetch: string | null;
  runs: (Pick<Variant, "kind" | "factor" | "count"> & { variant: string; seed: number; done: boolean })[];
}

/** Plans without doing: nothing is rendered, fetched or written, no weight is read. */
export async function ablationDryRun(
  spec: ExperimentSpec,
  options: AblationPlanOptions = {},
): Promise<AblationDryRun> {
  const plan = await planAblation(spec, options, "plan");
  const { card } = plan.backbone.definition;
  const all = plan.seeds.flatMap((seed) => plan.variants.map((variant) => ({ variant, seed })));
  const done = await Promise.all(all.map((run) => isDone(run, plan)));
  return {
    experiment: plan.experiment.name,
    arm: plan.arms.at(-1)!.name,
    target: plan.target.origin,
    backbone: `${card.name} (${card.weights.pretraining})`,
    toFetch: describeFetch(plan),
    runs: all.map(({ variant: { name, kind, factor, count }, seed }, i) => ({
      variant: name,
      kind,
      factor,
      count,
      seed,
      done: done[i]!,
    })),
    ...(await ablationCost(
      plan,
      all.filter((_, i) => !done[i]),
    )),
  };
}

async function isDone(
  { variant, seed }: { variant: Variant; seed: number },
  plan: AblationPlan,
): Promise<boolean> {
  const { arms, experiment, backbone, work, configOf } = plan;
  return (
    isReusable(arms.at(-1)!, experiment.arms, backbone) &&
    Boolean(await finishedRun(work, configOf(variant, seed)))
  );
}

/** The plan for people. */
export function describeAblationDryRun(plan: AblationDryRun): string {
  const left = plan.runs.filter((run) => !run.done).length;
  return [
    `ablation of ${plan.experiment}, ${plan.arm}: ${left} of ${plan.runs.length} runs to do`,
    `target: ${plan.target}; no test image is seen`,
    `backbone: ${plan.backbone}`,
    ...(plan.toFetch ? [`to fetch: ${plan.toFetch}`] : []),
    ...plan.runs.map(({ variant, seed, done }) => `  ${done ? "done" : "to do"}  ${variant} seed ${seed}`),
    `${plan.renders} images to render, at most ${plan.activations} activations to compute`,
    `about ${Math.ceil(plan.seconds / 60)} min and ${(plan.bytes / 1e9).toFixed(2)} GB at most`,
  ].join("\n");
}
