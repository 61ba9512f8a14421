/**
 * The background-only check: a head that was trained on renders whose subjects are hidden. Where it does better than
 * chance, the surroundings give the class away, and an accuracy is owed to them in part.
 */
import type { Predictions } from "../../src/shared/types.js";
import { accuracyInterval, estimate } from "../statistics/estimate.js";
import type { Comparison } from "./schema.js";

export interface BackgroundRun {
  seed: number;
  /** Of held-out renders whose subjects are hidden too. */
  source: Predictions;
  /** Of the target's images as they are. */
  target: Predictions | null;
}

/** Null where there is no such run. */
export function describeBackground(runs: readonly BackgroundRun[]): Comparison["background"] {
  if (runs.length === 0) return null;
  const seeds = runs.map((run) => run.seed);
  const targets = runs.flatMap(({ target }) => target ?? []);
  const accuracyOf = (predictions: readonly Predictions[], shared: boolean) =>
    accuracyInterval(estimate(seeds, predictions, { shared }));
  return {
    seeds,
    // Each seed renders its own.
    source: accuracyOf(
      runs.map((run) => run.source),
      false,
    ),
    target: targets.length === runs.length ? accuracyOf(targets, true) : null,
  };
}
