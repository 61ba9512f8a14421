/** `antbee run`: every step of an experiment, each skipped where it is done, from renders to the report. */
import type { Comparison } from "../../eval/comparison/schema.js";
import { canonicalJson } from "../shared/files.js";
import { distinct } from "../shared/group.js";
import { openLabels } from "./evaluate/sealed.js";
import { type Plan, type PlanOptions, planExperiment } from "./plan/plan.js";
import { standings } from "./plan/standing.js";
import { compareRuns } from "./report/compare.js";
import type { Target } from "./source/target.js";
import { type OnEvent, silent } from "./spec/events.js";
import { type Family, familyText } from "./spec/family.js";
import type { ExperimentSpec } from "./spec/schema.js";
import { finishedRun, runFolder } from "./store/store.js";
import { runArm } from "./train/arm.js";
import { warmUp } from "./train/warm-up.js";
import {
  claimArm,
  configsOf,
  openContext,
  openWork,
  runBackgroundCheck,
  type Tally,
  tellInputs,
  tellOtherKeys,
  type Work,
} from "./work.js";

/** What `runExperiment` is told beside the experiment. */
export interface RunOptions extends PlanOptions {
  /** Names every parameter that is learned. */
  verbose?: boolean;
  /** Shown in the report as what reproduces it. */
  command?: string;
}

/** What a call did and where it stands. */
export interface RunResult {
  experiment: string;
  report: string;
  target: Pick<Target, "dataset" | "kind" | "origin" | "train" | "test" | "leftOut">;
  runs: { arm: string; seed: number; folder: string; reused: boolean; kept: boolean }[];
  tally: Tally;
  /** Null where the target has no labels: predictions only. */
  comparison: Comparison | null;
}

/** Runs what is not done yet, opens the sealed labels once, and writes the report. */
export async function runExperiment(spec: ExperimentSpec, options: RunOptions = {}): Promise<RunResult> {
  const { on = silent } = options;
  const plan = await planExperiment(spec, options, "run");
  tellInputs(plan, on);
  const work = openWork(plan, options);
  const runs: RunResult["runs"] = [];
  for (const seed of plan.seeds) runs.push(...(await runSeed(seed, work)));
  const { target, experiment, report } = plan;
  return {
    experiment: experiment.name,
    report,
    target,
    runs,
    tally: work.tally,
    comparison: target.labelled ? await evaluate(plan, runs, options) : null,
  };
}

async function runSeed(seed: number, work: Work): Promise<RunResult["runs"]> {
  const { plan, tally, on } = work;
  const { arms, out } = plan;
  const found = await standings(seed, plan);
  tellOtherKeys(seed, found, on);
  const done: boolean[] = [];
  for (const arm of arms) done.push(await claimArm(arm, seed, plan, found.get(arm.name)!));
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
    kept: found.get(arm.name)!.state === "kept",
  }));
}

/** Runs that are reused keep the family that they were made under: one that is declared afterwards is no declaration. */
function tellOtherFamily({ setting }: Plan, recorded: readonly Family[], on: OnEvent): void {
  const kept = recorded.filter((family) => canonicalJson(family) !== canonicalJson(setting.family));
  if (kept.length === 0) return;
  on({
    type: "note",
    text: `family: runs are here that were made under another one; it is corrected for ${familyText(recorded)}`,
  });
}

/** Opens the sealed labels where a run has not seen them yet, then compares finished runs. */
export async function evaluate(
  plan: Plan,
  runs: readonly { folder: string }[],
  options: RunOptions,
): Promise<Comparison> {
  const { target, out, experiment, report } = plan;
  const records = await Promise.all(configsOf(plan).map((config) => finishedRun(out, config)));
  const all = runs.map(({ folder }, i) => ({ folder, key: records[i]!.key }));
  const { command = "runExperiment", on = silent } = options;
  tellOtherFamily(plan, distinct(records.flatMap((record) => record?.family ?? [])), on);
  await openLabels(target, all, { out, experiment: experiment.name, on });
  const folders = all.map(({ folder }) => folder);
  return compareRuns(folders, { report, out, command, keep: true, on });
}
