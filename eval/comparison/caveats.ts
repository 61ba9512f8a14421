/**
 * What a reader must know before believing a figure: what follows from the figures themselves, and the sentences of the
 * cards that came with the arms.
 */
import { ADAPTED_TRACKS, TRACKS } from "../../src/shared/types.js";
import { countOpenings } from "../predictions/ledger.js";
import { holdsZero } from "../statistics/estimate.js";
import { exactMcNemar } from "../statistics/significance.js";
import { collapsedClasses } from "../statistics/validators.js";
import { armsNamedBy, membersOf } from "./family.js";
import { percent, pointsInterval, pointsPhrase } from "./format.js";
import type { ArmInput } from "./input.js";
import type { Arm, Comparison } from "./schema.js";

/** A sentence, and the arms it is about; of no arm in particular where the list is empty. */
export interface ReportCaveat {
  text: string;
  arms: string[];
}

export type FiguresWithoutCaveats = Omit<Comparison, "arms" | "cautions" | "headline"> & {
  arms: Omit<Arm, "cautions">[];
};

const HEADLINE_SEEDS = 5;

/** Every caveat that applies, the gravest first. */
export function comparisonCaveats(
  figures: FiguresWithoutCaveats,
  inputs: readonly ArmInput[],
  unpaired: readonly { a: string; b: string }[],
  unfinished: readonly string[] = [],
): ReportCaveat[] {
  return [
    ...standIn(figures),
    ...preview(figures),
    ...unfinished.flatMap(general),
    ...unreadable(figures),
    ...stated(inputs),
    ...collapsed(inputs),
    ...otherBaselines(figures),
    ...fewSeeds(figures),
    ...unstatedSelection(figures),
    ...missingBounds(figures),
    ...withoutSeed(unpaired),
    ...changedFamilies(figures),
    ...untestedArms(figures),
    ...undefinedGapClosed(figures),
    ...vagueGapClosed(figures),
    ...higherOracle(figures),
    ...background(figures),
    ...duplicates(figures),
    ...openings(figures),
    ...leastSignificant(figures),
  ];
}

function standIn({ target: { kind, dataset } }: FiguresWithoutCaveats): ReportCaveat[] {
  if (kind === "real") return [];
  return general(`Stand-in target, not real photographs: ${dataset} is a held-out simulated domain.`);
}

function preview({ preview }: FiguresWithoutCaveats): ReportCaveat[] {
  if (!preview) return [];
  return general(
    "Preview: a single seed and short training, to show the chain at work; no figure here is a result.",
  );
}

/** Of the target: nobody knows whether they would have been easy. */
function unreadable({ target: { leftOut = [] } }: FiguresWithoutCaveats): ReportCaveat[] {
  if (leftOut.length === 0) return [];
  const images = leftOut.length === 1 ? "image of the target is" : "images of the target are";
  return general(
    `${leftOut.length} ${images} left out as unreadable: ${leftOut.map(({ id }) => id).join(", ")}.`,
  );
}

/** The sentences of cards, each once, with the arms that they are about. */
function stated(arms: readonly ArmInput[]): ReportCaveat[] {
  const found = arms.flatMap(({ name, synthetic, caveats = [] }) =>
    caveats
      .filter(({ about }) => about !== "source" || synthetic)
      .map(({ statement }) => ({ text: statement, arm: name })),
  );
  return [...new Set(found.map(({ text }) => text))].map((text) => ({
    text,
    arms: found.filter((one) => one.text === text).map(({ arm }) => arm),
  }));
}

/** One sentence an arm, of its worst seed. */
function collapsed(inputs: readonly ArmInput[]): ReportCaveat[] {
  return inputs.flatMap(({ name, runs }) => {
    const found = runs
      .flatMap(({ seed, target }) => collapsedClasses(target).map((one) => ({ seed, ...one })))
      .sort((a, b) => b.share - a.share);
    const [worst] = found;
    if (!worst) return [];
    const seeds = new Set(found.map(({ seed }) => seed)).size;
    const others = seeds > 1 ? ` that ${seeds - 1} more of its seeds ${seeds > 2 ? "show" : "shows"}` : "";
    const text = `${name}, seed ${worst.seed}, predicts ${percent(worst.share)} of the target images as ${worst.class}, a sign of collapse${others}.`;
    return [{ text, arms: [name] }];
  });
}

/** What is shown against the reference may be shown against the way it learned: another arm learned the same renders otherwise. */
function otherBaselines({ arms, pairs, reference }: FiguresWithoutCaveats): ReportCaveat[] {
  const shown = pairs.filter((pair) => pair.shown && pair.b === reference.sourceOnly);
  const others = arms.filter(({ name, track }) => track === "source-only" && name !== reference.sourceOnly);
  return others.flatMap(({ name }) => {
    const again = shown.flatMap(({ a }) => pairs.find((pair) => pair.a === a && pair.b === name) ?? []);
    const open = again.filter(({ difference, pAdjusted }) => pAdjusted === null && holdsZero(difference));
    if (open.length === 0) return [];
    const sizes = open.map(({ a, difference }) => `${a} ${pointsInterval(difference)}`).join(", ");
    const text = `Against ${name}, which learned from the same renders in another way, nothing was tested, and no difference may be left: ${sizes} points.`;
    return [{ text, arms: open.map(({ a }) => a) }];
  });
}

/** The reference is named beforehand, not chosen for its figure: a higher one is said. */
function higherOracle({ arms, reference }: FiguresWithoutCaveats): ReportCaveat[] {
  const oracles = arms.filter(({ track }) => track === "oracle");
  const own = oracles.find(({ name }) => name === reference.oracle)?.target.accuracy.mean;
  const higher = oracles.filter(({ target }) => own !== undefined && target.accuracy.mean > own);
  return higher.flatMap(({ name, target }) =>
    general(
      `Gap closed is a share of the way to ${reference.oracle}; ${name}, an oracle too, reached ${percent(target.accuracy.mean)}.`,
    ),
  );
}

function fewSeeds({ arms }: FiguresWithoutCaveats): ReportCaveat[] {
  // Without training there is nothing that a seed could change.
  const few = arms.filter((arm) => arm.track !== "zero-training" && arm.seeds.length < HEADLINE_SEEDS);
  if (few.length === 0) return [];
  const counts = [...new Set(few.map((arm) => arm.seeds.length))].sort((a, b) => a - b).join(" or ");
  const plural = counts === "1" ? "seed" : "seeds";
  const text = `Only ${counts} ${plural} (a headline figure needs ${HEADLINE_SEEDS}): how far chance moves these arms is hardly known.`;
  return [{ text, arms: few.map((arm) => arm.name) }];
}

function unstatedSelection({ arms, selection }: FiguresWithoutCaveats): ReportCaveat[] {
  const silent = arms.filter((arm) => arm.track !== "zero-training" && !selection[arm.name]);
  if (silent.length === 0) return [];
  const names = silent.map((arm) => arm.name);
  return [{ text: "How the epochs were chosen is not stated for every arm.", arms: names }];
}

const BOUNDS = {
  "zero-training": "zero-training bound",
  "source-only": "source-only arm, so neither a gap nor what adaptation wins",
  oracle: "oracle, so no gap closed",
} as const;

function missingBounds({ arms }: FiguresWithoutCaveats): ReportCaveat[] {
  const present = new Set(arms.map((arm) => arm.track));
  const missing = TRACKS.filter((t): t is keyof typeof BOUNDS => t in BOUNDS && !present.has(t));
  const kWithout = arms.some((arm) => arm.track === "k-shot" && !arm.synthetic);
  return [
    ...missing.flatMap((track) => general(`There is no ${BOUNDS[track]}.`)),
    ...(present.has("k-shot") && !kWithout
      ? general(
          "There is no k-shot arm without synthetic images, so what the renders add to k labels cannot be seen.",
        )
      : []),
  ];
}

function withoutSeed(unpaired: readonly { a: string; b: string }[]): ReportCaveat[] {
  return unpaired.flatMap(({ a, b }) =>
    general(`${a} and ${b} share no seed, so no paired difference of them can be stated.`),
  );
}

function changedFamilies({ families }: FiguresWithoutCaveats): ReportCaveat[] {
  return families
    .filter(({ changed }) => changed)
    .flatMap((family) =>
      general(
        `The family of tests${family.experiment ? ` of ${family.experiment}` : ""} was changed while its runs were made; p-values are corrected for all that were ever in it: ${membersOf(family).join(", ")}.`,
      ),
    );
}

/** An arm of the family that was left out of the comparison keeps its place: leaving one out must not help the others. */
function untestedArms({ families, arms }: FiguresWithoutCaveats): ReportCaveat[] {
  const absent = armsNamedBy(families).filter((name) => !arms.some((arm) => arm.name === name));
  if (absent.length === 0) return [];
  return general(
    `Of the family of tests, ${absent.join(", ")} ${absent.length === 1 ? "is" : "are"} not in this comparison; p-values are corrected as if ${absent.length === 1 ? "it" : "they"} were.`,
  );
}

function undefinedGapClosed({ arms, reference }: FiguresWithoutCaveats): ReportCaveat[] {
  const adapted = arms.filter((arm) => ADAPTED_TRACKS.includes(arm.track));
  if (!reference.sourceOnly || !reference.oracle || adapted.length === 0) return [];
  if (adapted.some((arm) => arm.gapClosed)) return [];
  const reason = adapted.every((arm) => arm.seeds.length === 1)
    ? "one seed gives accuracies, and no ratio"
    : `the interval of ${reference.oracle} minus ${reference.sourceOnly} contains 0`;
  return general(`Gap closed is not given: ${reason}.`);
}

/** Half-widths of the denominator's interval, in its mean, beyond which a ratio to it is vague. */
const VAGUE = 0.5;

function vagueGapClosed({ arms, pairs, reference }: FiguresWithoutCaveats): ReportCaveat[] {
  const width = pairs.find(({ a, b }) => a === reference.oracle && b === reference.sourceOnly)?.difference;
  const closed = arms.filter((arm) => arm.gapClosed);
  if (!width || closed.length === 0 || width.high - width.low <= 2 * VAGUE * Math.abs(width.mean)) return [];
  const text = `Gap closed is a share of ${pointsPhrase(width)} between ${reference.oracle} and ${reference.sourceOnly}: of so small a difference, and so uncertain, any share is vague.`;
  return [{ text, arms: closed.map((arm) => arm.name) }];
}

function background({ background, arms }: FiguresWithoutCaveats): ReportCaveat[] {
  if (background || !arms.some((arm) => arm.synthetic)) return [];
  return general("How far the background of the renders alone gives the class away was not tried.");
}

/** A test image that was nearly seen in training is no test. */
function duplicates({ duplicates, target }: FiguresWithoutCaveats): ReportCaveat[] {
  if (target.kind !== "real") return [];
  if (!duplicates)
    return general("The target's splits were not checked for duplicates of one another (antbee data check).");
  const { exact, near } = duplicates;
  const across = [...exact, ...near].filter(({ place }) => place !== "within a split").length;
  if (across === 0) return [];
  const what =
    across === 1
      ? "pair of equal or nearly equal images lies"
      : "pairs or groups of equal or nearly equal images lie";
  return general(
    `${across} ${what} on both sides of a split or of the domains: such test images were as good as seen.`,
  );
}

function openings({ sealed, ledger }: FiguresWithoutCaveats): ReportCaveat[] {
  return sealed.flatMap(({ dataset, split }) => {
    const count = countOpenings(ledger, dataset, split);
    if (count === 0) return [];
    const times = count === 1 ? "once" : `for ${count} different configurations`;
    return general(`The labels of ${dataset} ${split} have been opened ${times} so far.`);
  });
}

/** The fewest wins without a loss that an exact McNemar test calls significant. */
function leastSignificant({ target, pairs }: FiguresWithoutCaveats): ReportCaveat[] {
  if (pairs.length === 0) return [];
  let wins = 1;
  while (exactMcNemar(wins, 0) >= 0.05) wins++;
  return general(
    `On ${target.n} images the exact tests of single seeds in the appendix call nothing significant under ${wins} wins to 0 losses, before any correction: of smaller differences they say nothing.`,
  );
}

function general(text: string): ReportCaveat[] {
  return [{ text, arms: [] }];
}
