/** Arms set against one another on the same images, and what is decided of them. */
import { holdsZero, pairedDifference, pairRuns, type RunPair } from "../statistics/estimate.js";
import { discordant, exactMcNemar, holm } from "../statistics/significance.js";
import { drawHits } from "./draws.js";
import type { ArmInput } from "./input.js";
import { type MeasuredArm, referenceOf } from "./measure.js";
import type { Family, Pair, Uplift } from "./schema.js";
import { onlyTwo } from "./two-arms.js";

/** Every pair that may be compared and shares a seed, with one decision for each pair of a family. */
export function describePairs(arms: readonly MeasuredArm[], families: readonly Family[]): Pair[] {
  const undecided = armPairs(arms, families).flatMap(([a, b]) => describePair(a, b) ?? []);
  const pairs = correctedWithinSeeds(undecided);
  const adjusted = new Map<Pair, number>();
  for (const family of testedTogether(pairs, arms, families))
    holm(family.map((pair) => pair?.p ?? 1)).forEach((p, i) => {
      const pair = family[i];
      if (pair && pair.p !== null) adjusted.set(pair, p);
    });
  return pairs.map((pair) => decided(pair, adjusted.get(pair) ?? null));
}

/** The pairs that may be compared, but share no seed. */
export function unpairedArms(
  arms: readonly MeasuredArm[],
  families: readonly Family[],
): { a: string; b: string }[] {
  return armPairs(arms, families)
    .filter(([a, b]) => pairRuns(a.target, b.target).length === 0)
    .map(([a, b]) => ({ a: a.input.name, b: b.input.name }));
}

/**
 * What renders add to k labels: arms with the same k, with renders and without, neither with unlabelled images. Where both
 * were fitted to several draws of the labels, the mean over the same draws.
 */
export function describeUplift(arms: readonly MeasuredArm[]): Uplift[] {
  const shots = arms.filter((arm) => arm.input.track === "k-shot");
  return shots
    .filter((arm) => arm.input.synthetic && !arm.input.unlabelled)
    .flatMap((arm) => {
      const { k, experiment, name } = arm.input;
      const alone = shots.find(
        ({ input }) => input.k === k && input.experiment === experiment && !input.synthetic,
      );
      const runs = alone ? pairDraws(arm, alone) : [];
      if (!alone || runs.length === 0) return [];
      const { difference } = pairedDifference(runs);
      const draws = runs.length / difference.values.length;
      return [{ k: k!, arm: name, without: alone.input.name, draws, difference }];
    })
    .sort((a, b) => a.k - b.k);
}

/** Runs of the same seed and the same labels. */
function pairDraws(a: MeasuredArm, b: MeasuredArm): RunPair[] {
  const runsOf = ({ input }: MeasuredArm) =>
    input.runs.map((run) => ({ seed: run.seed, hits: drawHits(run) }));
  const others = runsOf(b);
  return runsOf(a).flatMap(({ seed, hits }) => {
    const other = others.find((run) => run.seed === seed)?.hits ?? [];
    return hits.slice(0, other.length).map((first, draw) => ({ seed, first, second: other[draw]! }));
  });
}

/** Pairs that a family names, in its order of the two; and of the others those that budgets and names set together. */
function armPairs(arms: readonly MeasuredArm[], families: readonly Family[]): [MeasuredArm, MeasuredArm][] {
  const named = families.flatMap(({ pairs }) => pairs.flatMap((pair) => namedPair(pair, arms)));
  const isNamed = (two: readonly MeasuredArm[]) =>
    named.some((pair) => two.every((arm) => pair.includes(arm)));
  return [...named, ...pairsByBudget(arms).filter((two) => !isNamed(two))];
}

function namedPair(
  { arm, against }: Family["pairs"][number],
  arms: readonly MeasuredArm[],
): [MeasuredArm, MeasuredArm][] {
  const [a, b] = [arm, against].map((name) => arms.find(({ input }) => input.name === name));
  return a && b ? [[a, b]] : [];
}

/**
 * Within an experiment: arms with the same label budget, and every arm against each that saw no target image. Between
 * experiments: arms of the same name, the later one against the earlier.
 */
function pairsByBudget(arms: readonly MeasuredArm[]): [MeasuredArm, MeasuredArm][] {
  const pairs = arms.flatMap((b, j) => arms.slice(j + 1).map((a): [MeasuredArm, MeasuredArm] => [a, b]));
  const between = pairs.filter(([a, b]) => a.input.experiment !== b.input.experiment);
  const within = pairs.filter(([a, b]) => a.input.experiment === b.input.experiment);
  const found = [
    ...between.filter(([a, b]) => a.input.role === b.input.role),
    ...within.flatMap((pair) => withinExperiment(pair, arms)),
  ];
  return [...found, ...byThemselves(arms, found)];
}

/** Two arms that no budget and no name sets against one another: the later one against the earlier. */
function byThemselves(
  arms: readonly MeasuredArm[],
  found: readonly [MeasuredArm, MeasuredArm][],
): [MeasuredArm, MeasuredArm][] {
  const two = onlyTwo(arms, ({ input }) => input.track);
  if (!two || found.some((pair) => two.every((arm) => pair.includes(arm)))) return [];
  return [[two[1], two[0]]];
}

function withinExperiment([a, b]: [MeasuredArm, MeasuredArm], arms: readonly MeasuredArm[]) {
  const { sourceOnly } = referenceOf(arms, a.input.experiment);
  const isBaseline = ({ input }: MeasuredArm) => input.track === "source-only";
  const turns = a === sourceOnly || (isBaseline(a) && !isBaseline(b));
  const turned: [MeasuredArm, MeasuredArm] = turns ? [b, a] : [a, b];
  return sameBudget(a.input, b.input) || isBaseline(turned[1]) ? [turned] : [];
}

function sameBudget(a: ArmInput, b: ArmInput): boolean {
  return a.track === b.track && a.k === b.k;
}

function describePair(a: MeasuredArm, b: MeasuredArm): Pair | undefined {
  const runs = pairRuns(a.target, b.target);
  if (runs.length === 0) return undefined;
  return {
    a: a.input.name,
    b: b.input.name,
    ...pairedDifference(runs),
    pAdjusted: null,
    shown: false,
    mcnemar: runs.map(({ seed, first, second }) => {
      const counts = discordant(first, second);
      return { seed, ...counts, p: exactMcNemar(counts.b, counts.c), pHolm: 1 };
    }),
  };
}

/** Families of tests: each experiment's, and the pairs between experiments. A test that was not made stays in its place. */
function testedTogether(
  pairs: readonly Pair[],
  arms: readonly MeasuredArm[],
  families: readonly Family[],
): (Pair | undefined)[][] {
  const experimentOf = (name: string) => arms.find((arm) => arm.input.name === name)!.input.experiment;
  const pairOf = (first: string, second?: string) => pairs.find(({ a, b }) => a === first && b === second);
  const members = ({ experiment, arms: names, pairs: named }: Family) => {
    const base = referenceOf(arms, experiment ?? undefined).sourceOnly?.input.name;
    return [
      ...names.map((name) => pairOf(name, base)),
      ...named.map(({ arm, against }) => pairOf(arm, against)),
    ];
  };
  return [...families.map(members), pairs.filter(({ a, b }) => experimentOf(a) !== experimentOf(b))];
}

/** Where the arms hardly disagree the interval is wider than the variance of p, and has its say too. */
const decided = (pair: Pair, pAdjusted: number | null): Pair => ({
  ...pair,
  pAdjusted,
  shown: pAdjusted !== null && pAdjusted < 0.05 && !holdsZero(pair.difference),
});

/** Corrects the exact tests of each seed for how many pairs were tested at that seed. */
function correctedWithinSeeds(pairs: readonly Pair[]): Pair[] {
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
