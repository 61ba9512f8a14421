/**
 * `antbee ablate`: what each factor of an experiment's scene is worth on the target's labelled training images. The
 * sealed test is never opened: nothing here has a way to it.
 */
import { join } from "node:path";
import type { Ablation } from "../../../eval/ablation/schema.js";
import { refuseOthersReport } from "../../../eval/report/claim.js";
import { openBackbone } from "../plan/backbone.js";
import { isReusable } from "../plan/run-config.js";
import { silent } from "../spec/events.js";
import type { ExperimentSpec } from "../spec/schema.js";
import { claimRun, discardRun } from "../store/store.js";
import { openTrainingSet } from "../train/images.js";
import { ablationCost } from "./cost.js";
import { type AblationPlan, type AblationPlanOptions, planAblation } from "./plan.js";
import { reportAblation } from "./report.js";
import { type AblationWork, runVariant, type VariantTally } from "./run-variant.js";
import type { Variant } from "./variants.js";

/** What `ablate` is told beside the experiment. */
export interface AblationOptions extends AblationPlanOptions {
  /** Folder for the report; `reports/<name>-ablation` where left out. */
  report?: string;
  /** Names every parameter that is learned. */
  verbose?: boolean;
  /** Shown in the report as what reproduces it. */
  command?: string;
}

/** What a call did and where it stands. */
export interface AblationResult {
  experiment: string;
  report: string;
  tally: VariantTally & { trained: number; trainedReused: number };
  ablation: Ablation;
}

/** Runs what is not done yet, seed by seed, and writes the report. */
export async function ablate(spec: ExperimentSpec, options: AblationOptions = {}): Promise<AblationResult> {
  const { on = silent, command = "ablate" } = options;
  const plan = await planAblation(spec, options, "run");
  const { name } = plan.experiment;
  const report = options.report ?? join("reports", `${name}-ablation`);
  await refuseOthersReport(report, { experiment: name, kind: "ablation" });
  on({ type: "note", text: `target: ${plan.target.origin}; no test image is seen` });
  const jobs = await claimAll(plan);
  const tally = await runAll(jobs, openWork(plan, options));
  const trainedReused = plan.variants.length * plan.seeds.length - jobs.length;
  return {
    experiment: name,
    report,
    tally: { ...tally, trained: jobs.length, trainedReused },
    ablation: await reportAblation(plan, { report, command }),
  };
}

/** A run that is not done. */
interface Job {
  variant: Variant;
  seed: number;
}

async function claimAll(plan: AblationPlan): Promise<Job[]> {
  const jobs: Job[] = [];
  for (const seed of plan.seeds)
    for (const variant of plan.variants)
      if (!(await claim(variant, seed, plan))) jobs.push({ variant, seed });
  return jobs;
}

/** @returns whether the run is done already */
async function claim(variant: Variant, seed: number, plan: AblationPlan): Promise<boolean> {
  const config = plan.configOf(variant, seed);
  const finished = Boolean(await claimRun(plan.work, config));
  if (!finished || isReusable(plan.arms.at(-1)!, plan.experiment.arms, plan.backbone)) return finished;
  await discardRun(plan.work, config);
  return false;
}

function openWork(plan: AblationPlan, { on = silent, verbose }: AblationOptions): AblationWork {
  let backbone: ReturnType<typeof openBackbone> | undefined;
  return {
    plan,
    target: openTrainingSet(plan.target, plan.experiment, on),
    on,
    verbose,
    backbone: () => {
      backbone ??= openBackbone(plan.backbone);
      return backbone;
    },
  };
}

async function runAll(jobs: readonly Job[], work: AblationWork): Promise<VariantTally> {
  const tally = { rendered: 0, rendersReused: 0 };
  const planned = jobs.length > 0 ? (await ablationCost(work.plan, jobs)).seconds : 0;
  const began = performance.now();
  for (const [done, { variant, seed }] of jobs.entries()) {
    const spent = (performance.now() - began) / 1000;
    const secondsLeft = done === 0 ? planned : (spent / done) * (jobs.length - done);
    work.on({ type: "variant", variant: variant.name, seed, done, total: jobs.length, secondsLeft });
    const { rendered, rendersReused } = await runVariant(variant, seed, work);
    tally.rendered += rendered;
    tally.rendersReused += rendersReused;
  }
  return tally;
}
