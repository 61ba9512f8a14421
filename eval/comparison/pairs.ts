/** Arms set against one another on the same images. */

import { differenceInterval, pairRuns } from "../statistics/estimate.js";
import { discordant, exactMcNemar, holm } from "../statistics/significance.js";
import type { ArmInput } from "./input.js";
import { type MeasuredArm, referenceOf } from "./measure.js";
import type { Pair, Uplift } from "./schema.js";

/** Every pair that may be compared, tested and corrected as one family a seed. */
export function describePairs(arms: readonly MeasuredArm[]): Pair[] {
  return withHolm(armPairs(arms).map(([a, b]) => describePair(a, b)));
}

/** What renders add to k labels: arms with the same k, with renders and without, the last such of each experiment. */
export function describeUplift(arms: readonly MeasuredArm[]): Uplift[] {
  const shots = arms.filter((arm) => arm.input.track === "k-shot");
  return shots
    .filter((arm) => arm.input.synthetic)
    .flatMap((arm) => {
      const { k, experiment, name } = arm.input;
      const alone = shots.find(
        ({ input }) => input.k === k && input.experiment === experiment && !input.synthetic,
      );
      if (!alone) return [];
      const difference = differenceInterval(arm.target, alone.target, pairRuns(arm.target, alone.target));
      return [{ k: k!, arm: name, without: alone.input.name, difference }];
    })
    .sort((a, b) => a.k - b.k);
}

/**
 * Within an experiment: arms with the same label budget, and every arm against source-only. Between experiments: arms
 * of the same name, the later one against the earlier.
 */
function armPairs(arms: readonly MeasuredArm[]): [MeasuredArm, MeasuredArm][] {
  const pairs = arms.flatMap((b, j) => arms.slice(j + 1).map((a): [MeasuredArm, MeasuredArm] => [a, b]));
  const between = pairs.filter(([a, b]) => a.input.experiment !== b.input.experiment);
  const within = pairs.filter(([a, b]) => a.input.experiment === b.input.experiment);
  return [
    ...between.filter(([a, b]) => a.input.role === b.input.role),
    ...within.flatMap((pair) => withinExperiment(pair, arms)),
  ];
}

function withinExperiment([a, b]: [MeasuredArm, MeasuredArm], arms: readonly MeasuredArm[]) {
  const { sourceOnly } = referenceOf(arms, a.input.experiment);
  const turned: [MeasuredArm, MeasuredArm] = a === sourceOnly ? [b, a] : [a, b];
  return sameBudget(a.input, b.input) || turned[1] === sourceOnly ? [turned] : [];
}

function sameBudget(a: ArmInput, b: ArmInput): boolean {
  return a.track === b.track && a.k === b.k;
}

function describePair(a: MeasuredArm, b: MeasuredArm): Pair {
  const runs = pairRuns(a.target, b.target);
  return {
    a: a.input.name,
    b: b.input.name,
    difference: differenceInterval(a.target, b.target, runs),
    mcnemar: runs.map(({ seed, first, second }) => {
      const counts = discordant(first, second);
      return { seed, ...counts, p: exactMcNemar(counts.b, counts.c), pHolm: 1 };
    }),
  };
}

/** Corrects the tests of each seed for how many pairs were tested at that seed. */
function withHolm(pairs: readonly Pair[]): Pair[] {
  const seeds = new Set(pairs.flatMap((pair) => pair.mcnemar.map((test) => test.seed)));
  const adjusted = new Map<Pair["mcnemar"][number], number>();
  for (const seed of seeds) {
    const family = pairs.flatMap((pair) => pair.mcnemar.filter((test) => test.seed === seed));
    holm(family.map((test) => test.p)).forEach((p, i) => {
      adjusted.set(family[i]!, p);
    });
  }
  return pairs.map((pair) => ({
    ...pair,
    mcnemar: pair.mcnemar.map((test) => ({ ...test, pHolm: adjusted.get(test)! })),
  }));
}
