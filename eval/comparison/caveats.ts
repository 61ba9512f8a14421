/**
 * What a reader must know before believing a figure: what follows from the figures themselves, and the sentences of the
 * cards that came with the arms.
 */
import { TRACKS } from "../../src/shared/types.js";
import { countOpenings } from "../predictions/ledger.js";
import { exactMcNemar } from "../statistics/significance.js";
import { collapsedClasses } from "../statistics/validators.js";
import { percent } from "./format.js";
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
): ReportCaveat[] {
  return [
    ...standIn(figures),
    ...preview(figures),
    ...stated(inputs),
    ...collapsed(inputs),
    ...fewSeeds(figures),
    ...unstatedSelection(figures),
    ...missingBounds(figures),
    ...unpaired(figures),
    ...undefinedGapClosed(figures),
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

function collapsed(inputs: readonly ArmInput[]): ReportCaveat[] {
  return inputs.flatMap(({ name, runs }) =>
    runs.flatMap(({ seed, target }) => {
      const [worst] = collapsedClasses(target).sort((a, b) => b.share - a.share);
      if (!worst) return [];
      const text = `${name}, seed ${seed}: ${percent(worst.share)} of the target images are predicted as ${worst.class}, a sign of collapse.`;
      return [{ text, arms: [name] }];
    }),
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

function unpaired({ pairs }: FiguresWithoutCaveats): ReportCaveat[] {
  return pairs
    .filter((pair) => pair.mcnemar.length === 0)
    .map(({ a, b }) => ({
      text: `${a} and ${b} share no seed, so there is no paired test of them.`,
      arms: [],
    }));
}

function undefinedGapClosed({ arms, reference }: FiguresWithoutCaveats): ReportCaveat[] {
  const adapted = arms.filter((arm) => ["unlabelled", "k-shot", "full"].includes(arm.track));
  if (!reference.sourceOnly || !reference.oracle || adapted.length === 0) return [];
  if (adapted.some((arm) => arm.gapClosed)) return [];
  return general(
    `Gap closed is not given: the interval of ${reference.oracle} minus ${reference.sourceOnly} contains 0.`,
  );
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

function openings({ target, ledger }: FiguresWithoutCaveats): ReportCaveat[] {
  const count = countOpenings(ledger, target.dataset, target.split);
  if (count === 0) return [];
  const times = count === 1 ? "once" : `for ${count} different configurations`;
  return general(`The labels of ${target.dataset} ${target.split} have been opened ${times} so far.`);
}

/** The fewest wins without a loss that an exact McNemar test calls significant. */
function leastSignificant({ target, pairs }: FiguresWithoutCaveats): ReportCaveat[] {
  if (pairs.length === 0) return [];
  let wins = 1;
  while (exactMcNemar(wins, 0) >= 0.05) wins++;
  return general(
    `On ${target.n} images an exact test at one seed calls no difference significant under ${wins} wins to 0 losses, before any correction.`,
  );
}

function general(text: string): ReportCaveat[] {
  return [{ text, arms: [] }];
}
