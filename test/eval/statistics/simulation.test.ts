/** What the intervals and decisions are worth: how often they hold the truth, and how often they see what is not there. */
import { describe, expect, it } from "vitest";
import {
  accuracyInterval,
  gapInterval,
  pairedDifference,
  pairRuns,
} from "../../../eval/statistics/estimate.js";
import { drawDifficulties, draws, made, ownHits, population, sharedHits } from "./simulated.js";

const SIMULATIONS = 2000;
const SEEDS = 5;
const PHOTOGRAPHS = 153;
const RENDERS = 200;
const ACCURACY = 0.9;

/** Standard deviation of an arm's accuracy over seeds, and how far two arms, or renders and photographs, lie apart. */
const CASES = [0, 1.5, 3, 7].flatMap((sd) => [0, 4].map((effect) => ({ sd, effect })));

interface Rates {
  coverage: number;
  rejection: number;
}

function rates(truth: number, draw: () => { low: number; high: number; rejects: boolean }): Rates {
  let held = 0;
  let rejected = 0;
  for (let i = 0; i < SIMULATIONS; i++) {
    const { low, high, rejects } = draw();
    held += Number(low <= truth && truth <= high);
    rejected += Number(rejects);
  }
  return { coverage: held / SIMULATIONS, rejection: rejected / SIMULATIONS };
}

function expectHonest({ coverage, rejection }: Rates, effect: number): void {
  expect(coverage).toBeGreaterThanOrEqual(0.9);
  expect(coverage).toBeLessThanOrEqual(0.99);
  if (effect === 0) expect(rejection).toBeLessThanOrEqual(0.07);
}

describe(`${SIMULATIONS} simulated comparisons of ${SEEDS} seeds on ${PHOTOGRAPHS} photographs`, () => {
  it.each(CASES)("two arms, seed SD $sd, $effect points apart", ({ sd, effect }) => {
    const own = draws("difference", sd, effect);
    const [base, adapted] = [ACCURACY, ACCURACY + effect / 100].map((a) => population(a, sd / 100));
    const found = rates(effect / 100, () => {
      const photographs = drawDifficulties(PHOTOGRAPHS, own);
      const [a, b] = [adapted!, base!].map((arm) => made(sharedHits(arm, SEEDS, photographs, own)));
      const { difference, p } = pairedDifference(pairRuns(a!, b!));
      return { ...difference, rejects: p! < 0.05 };
    });
    expectHonest(found, effect);
    // A rule that never sees anything would pass all of this.
    if (sd === 0 && effect === 4) expect(found.rejection).toBeGreaterThan(0.5);
  });

  it.each(CASES)(
    "renders of each seed's own, photographs that all share, seed SD $sd, gap $effect",
    (one) => {
      const { sd, effect } = one;
      const own = draws("gap", sd, effect);
      const [onTarget, onSource] = [ACCURACY, ACCURACY + effect / 100].map((a) => population(a, sd / 100));
      const found = rates(effect / 100, () => {
        const gap = gapInterval(
          made(ownHits(onSource!, SEEDS, RENDERS, own), { shared: false }),
          made(sharedHits(onTarget!, SEEDS, drawDifficulties(PHOTOGRAPHS, own), own)),
        );
        return { ...gap, rejects: gap.low > 0 || gap.high < 0 };
      });
      expectHonest(found, effect);
    },
  );

  it.each([0, 1.5, 3, 7])("an accuracy, seed SD %s: Wilson's floor lets it hold more, never less", (sd) => {
    const own = draws("accuracy", sd);
    const arm = population(ACCURACY, sd / 100);
    const { coverage } = rates(ACCURACY, () => {
      const hits = sharedHits(arm, SEEDS, drawDifficulties(PHOTOGRAPHS, own), own);
      return { ...accuracyInterval(made(hits)), rejects: false };
    });
    expect(coverage).toBeGreaterThanOrEqual(0.9);
  });
});
