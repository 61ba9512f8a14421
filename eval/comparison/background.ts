/**
 * The background-only check: a head that was trained on renders whose subjects are hidden. Where it does better than
 * chance, the surroundings give the class away, and an accuracy is owed to them in part.
 */
import type { Interval, Predictions } from "../../src/shared/types.js";
import { type BootstrapOptions, bootstrapMeans } from "../statistics/bootstrap.js";
import { accuracyInterval, bootstrapTable, estimate } from "../statistics/estimate.js";
import type { Comparison } from "./schema.js";

export interface BackgroundRun {
  seed: number;
  /** Of held-out renders whose subjects are hidden too. */
  source: Predictions;
  /** Of the target's images as they are. */
  target: Predictions | null;
}

/** Null where there is no such run. */
export function describeBackground(
  runs: readonly BackgroundRun[],
  options: BootstrapOptions,
): Comparison["background"] {
  if (runs.length === 0) return null;
  const targets = runs.flatMap(({ target }) => target ?? []);
  return {
    seeds: runs.map((run) => run.seed),
    source: accuracyOf(
      runs,
      runs.map((run) => run.source),
      options,
    ),
    target: targets.length === runs.length ? accuracyOf(runs, targets, options) : null,
  };
}

function accuracyOf(
  runs: readonly BackgroundRun[],
  predictions: readonly Predictions[],
  options: BootstrapOptions,
): Interval {
  const found = estimate(
    runs.map((run) => run.seed),
    predictions,
  );
  const [replicates] = bootstrapMeans([bootstrapTable(found, "background")], options);
  return accuracyInterval({ ...found, replicates: replicates! });
}
