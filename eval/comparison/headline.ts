/** The headline: what was found, in one sentence. */
import type { Interval, Track } from "../../src/shared/types.js";
import { percent, percentInterval, pointsPhrase } from "./format.js";
import type { Arm, Comparison } from "./schema.js";

/** What the sentence needs of a comparison. */
export type HeadlineFigures = Pick<Comparison, "target" | "reference" | "pairs" | "experiments"> & {
  arms: Omit<Arm, "cautions">[];
};

const BUDGETS: Partial<Record<Track, string>> = {
  unlabelled: "without a target label",
  "k-shot": "with a few target labels",
  full: "with all target labels",
};

/**
 * The gap of the source-only arm, and what adaptation won back. Of several arms in a track it names the last in the
 * experiment's order, never the best: that would be a choice made on the test.
 */
export function headline(figures: HeadlineFigures): string {
  return `${headlineClauses(figures).join("; ")}.`;
}

/** The clauses of the headline: the gap, then one for each track that adapts. */
export function headlineClauses(figures: HeadlineFigures): [string, ...string[]] {
  const sourceOnly = figures.arms.find((arm) => arm.name === figures.reference.sourceOnly);
  if (!sourceOnly)
    return [`No arm was trained on renders alone, so no sim-to-real gap can be stated on ${images(figures)}`];
  const changes = figures.experiments ? betweenExperiments(figures) : adapted(figures);
  return [gapClause(sourceOnly, figures), ...changes, ...untrained(figures)];
}

const adapted = (figures: HeadlineFigures) => adaptedArms(figures.arms).map((arm) => wonBack(arm, figures));

/** What every other experiment makes of the first one's source-only arm. */
function betweenExperiments({ arms, pairs, reference }: HeadlineFigures): string[] {
  const experimentOf = (name: string) => arms.find((arm) => arm.name === name)?.experiment;
  const others = pairs.filter(
    ({ a, b }) => b === reference.sourceOnly && experimentOf(a) !== experimentOf(b),
  );
  return others.map(
    ({ a, difference }) => `${a} moves that by ${pointsPhrase(difference)}${orNothing(difference)}`,
  );
}

/** The bound that no training made: what the pretraining knew already. */
function untrained({ arms }: HeadlineFigures): string[] {
  const bound = arms.find((arm) => arm.track === "zero-training");
  if (!bound) return [];
  return [
    `the pretrained classifier, whose own classes include these, has an accuracy of ${percentInterval(bound.target.accuracy)} without any training`,
  ];
}

/** What an interval that contains 0 does not show. */
const orNothing = ({ low, high }: Interval) =>
  low <= 0 && high >= 0 ? " (the interval contains 0: no difference was shown)" : "";

const GAP_NAMES = { real: "a sim-to-real gap", "stand-in": "a gap between simulated domains" } as const;

function gapClause({ target, source, gap }: Omit<Arm, "cautions">, figures: HeadlineFigures): string {
  const accuracy = `Trained on renders alone, the classifier has an accuracy of ${percentInterval(target.accuracy)} on ${images(figures)}`;
  if (!source.accuracy || !gap) return accuracy;
  return `${accuracy} and of ${percent(source.accuracy.mean)} on held-out renders, ${GAP_NAMES[figures.target.kind]} of ${pointsPhrase(gap)}${orNothing(gap)}`;
}

function images({ target: { n, kind, dataset } }: HeadlineFigures): string {
  return kind === "real"
    ? `${n} real photographs (${dataset})`
    : `${n} images of a stand-in target (${dataset}: simulated, not real photographs)`;
}

function adaptedArms(arms: HeadlineFigures["arms"]): Omit<Arm, "cautions">[] {
  return Object.keys(BUDGETS).flatMap(
    (track) => arms.findLast((arm) => arm.track === track && arm.synthetic) ?? [],
  );
}

function wonBack(
  { name, track, gapClosed }: Omit<Arm, "cautions">,
  { pairs, reference }: HeadlineFigures,
): string {
  const against = pairs.find((pair) => pair.a === name && pair.b === reference.sourceOnly);
  const change = against
    ? ` moves that by ${pointsPhrase(against.difference)}${orNothing(against.difference)}`
    : " cannot be set against it";
  const closed = gapClosed ? `, ${percentInterval(gapClosed)} of the way to the oracle` : "";
  return `${BUDGETS[track]}, ${name}${change}${closed}`;
}
