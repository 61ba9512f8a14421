/** What a run would do: what is done already, what is left, and roughly the time and disk that will take. */
import { defaultWorkers } from "../shared/pool.js";
import { planExperiment, type RunOptions } from "./run.js";
import { missingRenders } from "./sources.js";
import { finishedRun } from "./store.js";

/** Orders of magnitude, measured on two cores without a GPU; a plan needs no more. */
const SECONDS = { render: 0.12, activation: 0.025, arm: 10 } as const;
const BYTES = { render: 60_000, activation: 5_200, map: 250_000, run: 20_000_000 } as const;

export interface DryRun {
  experiment: string;
  target: string;
  backbone: string;
  runs: { arm: string; seed: number; done: boolean }[];
  /** Images still to be rendered. */
  renders: number;
  /** Upper bound of activations to compute; those in the cache cost nothing. */
  activations: number;
  seconds: number;
  bytes: number;
}

export async function dryRun(options: Omit<RunOptions, "report" | "command">): Promise<DryRun> {
  const plan = await planExperiment(options, "plan");
  const runs: DryRun["runs"] = [];
  for (const seed of plan.seeds)
    for (const arm of plan.arms)
      runs.push({
        arm: arm.name,
        seed,
        done: Boolean(await finishedRun(plan.out, plan.configOf(arm, seed))),
      });
  const open = plan.seeds.filter((seed) => runs.some((run) => run.seed === seed && !run.done));
  const missing = await Promise.all(open.map((seed) => missingRenders(plan.sources.get(seed)!)));
  const renders = missing.reduce((sum, n) => sum + n, plan.target.toRender);
  const perImage = plan.experiment.views + 1;
  const sourceImages = open.reduce((sum, seed) => sum + plan.sources.get(seed)!.renders, 0);
  const targetImages = open.length
    ? plan.target.toRender + plan.target.train.length + plan.target.test.length
    : 0;
  const activations = (sourceImages + targetImages) * perImage;
  const { source } = plan.experiment;
  // Images that are evaluated leave their last feature maps, of which predictions, features and heat maps are made.
  const evaluated =
    open.length * ("val" in source ? source.val : 0) + (open.length ? plan.target.test.length : 0);
  const left = runs.filter((run) => !run.done).length;
  return {
    experiment: plan.experiment.name,
    target: plan.target.origin,
    backbone: `${plan.backbone.card.name} (${plan.backbone.card.weights.pretraining})`,
    runs,
    renders,
    activations,
    seconds:
      (renders * SECONDS.render + activations * SECONDS.activation) / defaultWorkers() + left * SECONDS.arm,
    bytes: renders * BYTES.render + activations * BYTES.activation + evaluated * BYTES.map + left * BYTES.run,
  };
}

/** The plan for people. */
export function describeDryRun(plan: DryRun): string {
  const runs = plan.runs.map(({ arm, seed, done }) => `  ${done ? "done" : "to do"}  ${arm} seed ${seed}`);
  return [
    `${plan.experiment}: ${plan.runs.filter((run) => !run.done).length} of ${plan.runs.length} runs to do`,
    `target: ${plan.target}`,
    `backbone: ${plan.backbone}`,
    ...runs,
    `${plan.renders} images to render, at most ${plan.activations} activations to compute`,
    `about ${Math.ceil(plan.seconds / 60)} min and ${(plan.bytes / 1e9).toFixed(2)} GB at most`,
  ].join("\n");
}
