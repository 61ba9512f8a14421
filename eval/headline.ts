/** The headline: what was found, in one sentence. */
import type { Track } from "../src/shared/types.js";
import { percent, percentInterval, pointsPhrase } from "./format.js";
import type { Arm, Comparison } from "./report-schema.js";

/** What the sentence needs of a comparison. */
export type HeadlineFigures = Pick<Comparison, "target" | "reference" | "pairs"> & {
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
  return [gapClause(sourceOnly, figures), ...adaptedArms(figures.arms).map((arm) => wonBack(arm, figures))];
}

const GAP_NAMES = { real: "a sim-to-real gap", "stand-in": "a gap between simulated domains" } as const;

function gapClause({ target, source, gap }: Omit<Arm, "cautions">, figures: HeadlineFigures): string {
  const right = `Trained on renders alone, the classifier is right on ${percentInterval(target.accuracy)} of ${images(figures)}`;
  if (!source.accuracy || !gap) return right;
  return `${right} and on ${percent(source.accuracy.mean)} of held-out renders, ${GAP_NAMES[figures.target.kind]} of ${pointsPhrase(gap)}`;
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
  const change = against ? ` moves that by ${pointsPhrase(against.difference)}` : " cannot be set against it";
  const closed = gapClosed ? ` (${percentInterval(gapClosed)} of the way to the oracle)` : "";
  return `${BUDGETS[track]}, ${name}${change}${closed}`;
}
