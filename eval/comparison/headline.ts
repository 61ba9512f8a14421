/** The headline: what was found, in a few sentences. */
import { groupBy } from "../../src/shared/group.js";
import type { Track } from "../../src/shared/types.js";
import { holdsZero } from "../statistics/estimate.js";
import { differencesText } from "./decision.js";
import { labelsText, percent, percentInterval, pointsPhrase, pValue } from "./format.js";
import type { Arm, Comparison, Pair, Worth } from "./schema.js";
import { onlyTwo } from "./two-arms.js";

/** What the sentences need of a comparison. */
export type HeadlineFigures = Pick<
  Comparison,
  "target" | "reference" | "pairs" | "families" | "experiments" | "worth"
> & { arms: Omit<Arm, "cautions">[] };

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
  const shown = figures.pairs.filter((pair) => pair.shown);
  const changes = figures.experiments ? betweenExperiments(figures) : adapted(figures);
  const rest: [string, ...string[]] = sourceOnly
    ? [
        gapClause(sourceOnly, shown.length > 0 ? "them" : images(figures), figures),
        ...changes,
        ...namedPairs(figures),
        ...figures.worth.slice(0, 1).map(worthClause),
        ...untrained(figures),
      ]
    : [
        betweenTwo(figures) ??
          `No arm was trained on renders alone, so no sim-to-real gap can be stated on ${images(figures)}`,
        ...(betweenTwo(figures) ? [] : namedPairs(figures)),
      ];
  return shown.length > 0 ? [shownSentence(shown, figures), ...rest] : rest;
}

/** The differences that were shown: of several arms in a track the last, and how many there are beside. */
function shownSentence(shown: readonly Pair[], figures: HeadlineFigures): string {
  const named = lastOfTracks(shown, figures);
  const others = shown.length - named.length;
  const beside = others > 0 ? `, and ${others} more of the family` : "";
  return `Differences in accuracy shown on ${images(figures)}, in points: ${differencesText(named)}${beside}`;
}

const lastOfTracks = (pairs: readonly Pair[], { arms }: HeadlineFigures): Pair[] =>
  groupBy(pairs, ({ a, b }) => `${b} ${arms.find((arm) => arm.name === a)!.track}`).map(
    (group) => group.at(-1)!,
  );

/** How far the arms whose difference was shown go to the oracle; then of several others in a track, the last. */
function adapted(figures: HeadlineFigures): string[] {
  const { arms, pairs, reference } = figures;
  const against = pairs.filter(({ b }) => b === reference.sourceOnly);
  const shown = lastOfTracks(
    against.filter((pair) => pair.shown),
    figures,
  );
  const others = adaptedArms(arms).flatMap(
    (arm) =>
      wonBack(
        arm,
        against.find(({ a }) => a === arm.name),
      ) ?? [],
  );
  return [...wayToOracle(arms.filter((arm) => shown.some(({ a }) => a === arm.name))), ...others];
}

function wayToOracle(arms: readonly HeadlineArm[]): string[] {
  const each = arms.flatMap(({ name, gapClosed }) =>
    gapClosed ? `${name} ${percentInterval(gapClosed)}` : [],
  );
  return each.length > 0 ? [`of the way to the oracle: ${each.join(", ")}`] : [];
}

/** Of two arms without a reference, what sets them apart on the same images. */
function betweenTwo(figures: HeadlineFigures): string | undefined {
  const two = onlyTwo(figures.arms, ({ track }) => track);
  const pair = two && figures.pairs.find(({ a, b }) => two.every(({ name }) => name === a || name === b));
  if (!pair) return undefined;
  const accuracyOf = (arm: string) =>
    percent(figures.arms.find(({ name }) => name === arm)!.target.accuracy.mean);
  const { a, b, difference, p } = pair;
  const certainty = p === null ? "of the trained seed alone" : decisionOf(pair, `p ${pValue(p)}, `);
  const both = `${a} has an accuracy of ${accuracyOf(a)} and ${b} of ${accuracyOf(b)}`;
  return `On ${images(figures)}, ${both}: a paired difference of ${pointsPhrase(difference)} (${certainty})`;
}

/** The pairs that a family names, beside those that were shown; one seed decides nothing of them. */
function namedPairs({ arms, pairs, families }: HeadlineFigures): string[] {
  const named = families.flatMap((family) => family.pairs);
  const found = pairs.filter(
    ({ a, b, p }) => p !== null && named.some(({ arm, against }) => arm === a && against === b),
  );
  return found.flatMap((pair) => change(arms.find(({ name }) => name === pair.a)!, pair) ?? []);
}

/** What every other experiment makes of the first one's source-only arm. */
function betweenExperiments({ arms, pairs, reference }: HeadlineFigures): string[] {
  const armOf = (name: string) => arms.find((arm) => arm.name === name)!;
  return pairs
    .filter(({ a, b }) => b === reference.sourceOnly && armOf(a).experiment !== armOf(b).experiment)
    .flatMap((pair) => change(armOf(pair.a), pair) ?? []);
}

const worthClause = ({ estimate, low, high, renders }: Worth): string =>
  `renders alone (${renders}) are worth ${labelsText(estimate)} labelled photographs a class [${labelsText(low)}, ${labelsText(high)}]`;

/** The bound that no training made: what the pretraining knew already. */
function untrained({ arms }: HeadlineFigures): string[] {
  const bound = arms.find((arm) => arm.track === "zero-training");
  if (!bound) return [];
  return [
    `the pretrained classifier, whose own classes include these, has an accuracy of ${percentInterval(bound.target.accuracy)} without any training`,
  ];
}

const GAP_NAMES = { real: "a sim-to-real gap", "stand-in": "a gap between simulated domains" } as const;

function gapClause(
  { seeds, target, source, gap }: HeadlineArm,
  where: string,
  figures: HeadlineFigures,
): string {
  const accuracy = `Trained on renders alone, the classifier has an accuracy of ${percentInterval(target.accuracy)} on ${where}`;
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
  const changed = change(arm, pair);
  return changed && `${budget}, ${changed}`;
}

/** Undefined where the difference was shown, and so stands in the first sentence. */
function change({ name, target }: HeadlineArm, pair: Pair): string | undefined {
  const { difference, p, shown } = pair;
  if (shown) return undefined;
  if (p === null) return `${name} has an accuracy of ${percentInterval(target.accuracy)}`;
  return `${name} changes the accuracy of ${pair.b} by ${pointsPhrase(difference)} (${decisionOf(pair)})`;
}

/** @param before said first where nothing was decided */
function decisionOf({ pAdjusted, shown }: Pair, before = ""): string {
  if (pAdjusted === null) return `${before}outside the family: not decided`;
  return `${shown ? "shown" : "not shown"}, adjusted p ${pValue(pAdjusted)}`;
}
