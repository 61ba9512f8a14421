/** How far the arms of a seed are: done here, kept beside the report, or to do. */
import { isAverage } from "../spec/phases.js";
import { findKept } from "../store/kept.js";
import { finishedRun, type RunRecord } from "../store/store.js";
import type { Plan } from "./plan.js";
import { isReusable } from "./run-config.js";

export interface Standing {
  state: "done" | "kept" | "to do";
  /** What is kept and not taken into its run folder yet. */
  kept?: RunRecord;
  /** Whether a run is kept under another key. */
  otherKey: boolean;
}

/**
 * By arm. A kept run has no weights: one that an arm still to do starts from is to do as well.
 * @throws bad input where a kept file is not what the run wrote
 */
export async function standings(seed: number, plan: Plan): Promise<Map<string, Standing>> {
  const found = new Map<string, Standing>();
  for (const arm of plan.arms) found.set(arm.name, await standingOf(arm, seed, plan));
  for (const { name, from, phases } of plan.arms.toReversed()) {
    if (found.get(name)!.state !== "to do") continue;
    const needed = [from, ...phases.filter(isAverage).map(({ average }) => average.with)];
    for (const parent of needed) {
      const standing = parent === undefined ? undefined : found.get(parent);
      if (standing?.state === "kept") found.set(parent!, { state: "to do", otherKey: false });
    }
  }
  return found;
}

async function standingOf(arm: Plan["arms"][number], seed: number, plan: Plan): Promise<Standing> {
  const { arms, backbone, out, report, configOf } = plan;
  if (!isReusable(arm, arms, backbone)) return { state: "to do", otherKey: false };
  const config = configOf(arm, seed);
  const finished = await finishedRun(out, config);
  if (finished) return { state: finished.kept ? "kept" : "done", otherKey: false };
  const kept = await findKept(report, config);
  return kept ? { state: "kept", kept, otherKey: false } : { state: "to do", otherKey: kept === null };
}
