/** The headline: what was found, in a few sentences. */
import type { Interval, Track } from "../../src/shared/types.js";
import { holdsZero } from "../statistics/estimate.js";
import { percent, percentInterval, pointsPhrase, pValue } from "./format.js";
import type { Arm, Comparison, Pair } from "./schema.js";

/** What the sentences need of a comparison. */
export type HeadlineFigures = Pick<Comparison, "target" | "reference" | "pairs" | "experiments"> & {
  arms: Omit<Arm, "cautions">[];
};

type HeadlineArm = HeadlineFigures["arms"][number];

const BUDGETS: Partial<Record<Track, string>> = {
  unlabelled: "without a target label",
  "k-shot": "with a few target labels",
  full: "with all target labels",
};

/**
 * The differences that were shown, if any; then the gap of the source-only arm, and what adaptation won back. Of several
 * arms in a track it names the last in the experiment's order, never the best: that would be a choice made on the test.
 */
export function headline(figures: HeadlineFigures): string {
  const [first, ...others] = headlineClauses(figures);
  if (!figures.pairs.some(({ shown }) => shown)) return `${[first, ...others].join("; ")}.`;
  return `${first}. ${others.join("; ")}.`;
}

/** The clauses of the headline: what was shown, the gap, then one for each track that adapts. */
export function headlineClauses(figures: HeadlineFigures): [string, ...string[]] {
  const sourceOnly = figures.arms.find((arm) => arm.name === figures.reference.sourceOnly);
  const changes = figures.experiments ? betweenExperiments(figures) : adapted(figures);
  const rest: [string, ...string[]] = sourceOnly
    ? [gapClause(sourceOnly, figures), ...changes, ...untrained(figures)]
    : [`No arm was trained on renders alone, so no sim-to-real gap can be stated on ${images(figures)}`];
  const shown = figures.pairs.filter((pair) => pair.shown);
  return shown.length > 0 ? [shownSentence(shown, figures), ...rest] : rest;
}

/** Every difference that was shown, in the order of the arms. */
function shownSentence(shown: readonly Pair[], figures: HeadlineFigures): string {
  const each = shown.map(({ a, b, difference, pAdjusted }) => {
    const better = difference.mean > 0;
    const size = pointsPhrase(better ? difference : negated(difference));
    return `${a} is ${better ? "more" : "less"} accurate than ${b}, by ${size} (adjusted p ${pValue(pAdjusted!)})`;
  });
  return `Shown on ${images(figures)}: ${each.join("; ")}`;
}

const negated = ({ mean, low, high, ...rest }: Interval): Interval => ({
  ...rest,
  mean: -mean,
  low: -high,
  high: -low,
});

/** Of several arms in a track, the last; those whose difference was shown have been named already. */
function adapted(figures: HeadlineFigures): string[] {
  return adaptedArms(figures.arms).flatMap((arm) => {
    const against = figures.pairs.find(({ a, b }) => a === arm.name && b === figures.reference.sourceOnly);
    return wonBack(arm, against) ?? [];
  });
}

/** What every other experiment makes of the first one's source-only arm. */
function betweenExperiments({ arms, pairs, reference }: HeadlineFigures): string[] {
  const armOf = (name: string) => arms.find((arm) => arm.name === name)!;
  return pairs
    .filter(({ a, b }) => b === reference.sourceOnly && armOf(a).experiment !== armOf(b).experiment)
    .flatMap((pair) => change(armOf(pair.a), pair) ?? []);
}

/** The bound that no training made: what the pretraining knew already. */
function untrained({ arms }: HeadlineFigures): string[] {
  const bound = arms.find((arm) => arm.track === "zero-training");
  if (!bound) return [];
  return [
    `the pretrained classifier, whose own classes include these, has an accuracy of ${percentInterval(bound.target.accuracy)} without any training`,
  ];
}

const GAP_NAMES = { real: "a sim-to-real gap", "stand-in": "a gap between simulated domains" } as const;

function gapClause({ seeds, target, source, gap }: HeadlineArm, figures: HeadlineFigures): string {
  const accuracy = `Trained on renders alone, the classifier has an accuracy of ${percentInterval(target.accuracy)} on ${images(figures)}`;
  if (!source.accuracy || !gap) return accuracy;
  const both = `${accuracy} and of ${percent(source.accuracy.mean)} on held-out renders`;
  // How far another seed would move the gap, one seed cannot tell.
  if (seeds.length === 1) return both;
  const open = holdsZero(gap) ? " (the interval contains 0: that there is one was not shown)" : "";
  return `${both}, ${GAP_NAMES[figures.target.kind]} of ${pointsPhrase(gap)}${open}`;
}

function images({ target: { n, kind, dataset } }: HeadlineFigures): string {
  return kind === "real"
    ? `${n} real photographs (${dataset})`
    : `${n} images of a stand-in target (${dataset}: simulated, not real photographs)`;
}

function adaptedArms(arms: HeadlineFigures["arms"]): HeadlineArm[] {
  return Object.keys(BUDGETS).flatMap(
    (track) => arms.findLast((arm) => arm.track === track && arm.synthetic) ?? [],
  );
}

function wonBack(arm: HeadlineArm, pair: Pair | undefined): string | undefined {
  const budget = BUDGETS[arm.track];
  if (!pair) return `${budget}, ${arm.name} cannot be set against it: they share no seed`;
  const closed = arm.gapClosed ? `${percentInterval(arm.gapClosed)} of the way to the oracle` : undefined;
  const changed = change(arm, pair);
  if (!changed) return closed && `${budget}, ${arm.name} goes ${closed}`;
  return `${budget}, ${[changed, ...(closed ? [closed] : [])].join(", ")}`;
}

/** Undefined where the difference was shown, and so stands in the first sentence. */
function change(
  { name, target }: HeadlineArm,
  { difference, p, pAdjusted, shown }: Pair,
): string | undefined {
  if (shown) return undefined;
  if (p === null) return `${name} has an accuracy of ${percentInterval(target.accuracy)}`;
  const decision =
    pAdjusted === null ? "outside the family: not decided" : `not shown, adjusted p ${pValue(pAdjusted)}`;
  return `${name} changes that accuracy by ${pointsPhrase(difference)} (${decision})`;
}
