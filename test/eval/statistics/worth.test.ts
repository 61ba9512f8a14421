import { describe, expect, it } from "vitest";
import { type WorthSeed, worth } from "../../../eval/statistics/worth.js";
import { type Stream, stream } from "../../../src/shared/rng.js";

const KS = [1, 2, 5, 10, 20, 50];

/** Hits of a share of n images, the first of them. */
const share = (p: number, n = 100) => Uint8Array.from({ length: n }, (_, i) => Number(i < Math.round(p * n)));

describe("the worth of renders", () => {
  const seed = (renders: number, photographs: number[]): WorthSeed => ({
    renders: share(renders),
    photographs: photographs.map((p) => [share(p)]),
  });

  it("lies where the curve of photographs reaches them, on the logarithm of k", () => {
    const { estimate } = worth([1, 4, 16], [seed(0.8, [0.6, 0.7, 0.9])]);
    expect(estimate).toEqual({ k: expect.closeTo(4 * 2, 9), beyond: null });
  });

  it("is of the means over seeds, and of a curve that never falls", () => {
    const seeds = [seed(0.7, [0.5, 0.8, 0.9]), seed(0.8, [0.5, 0.6, 0.9])];
    expect(worth([1, 4, 16], seeds).estimate.k).toBeCloseTo(4 * 4 ** 0.25, 9);
    expect(worth([1, 4, 16], [seed(0.7, [0.8, 0.6, 0.9])]).estimate).toEqual({ k: 1, beyond: null });
  });

  it("is said to lie beyond what was measured where it does", () => {
    expect(worth(KS, [seed(0.4, [0.5, 0.6, 0.7, 0.8, 0.85, 0.9])])).toEqual({
      estimate: { k: 1, beyond: "below" },
      low: { k: 1, beyond: "below" },
      high: expect.anything(),
    });
    expect(worth(KS, [seed(0.99, [0.5, 0.6, 0.7, 0.8, 0.85, 0.9])]).high).toEqual({ k: 50, beyond: "above" });
  });

  it("is the same whenever it is asked for", () => {
    const seeds = madeUp(stream(1, "worth"), 0.82);
    expect(worth(KS, seeds)).toEqual(worth(KS, seeds));
  });

  it("has an interval that holds the truth nine times in ten or more", () => {
    const trials = 60;
    let held = 0;
    for (let trial = 0; trial < trials; trial++) {
      const { low, high } = worth(KS, madeUp(stream(trial, "trial"), accuracyAt(8)), 200);
      const truth = Math.log2(8);
      const from = low.beyond === "below" ? Number.NEGATIVE_INFINITY : Math.log2(low.k);
      const to = high.beyond === "above" ? Number.POSITIVE_INFINITY : Math.log2(high.k);
      held += Number(from <= truth && truth <= to);
      expect(to - from).toBeLessThan(Math.log2(50) * 2);
    }
    expect(held / trials).toBeGreaterThanOrEqual(0.9);
  });
});

/** The expected accuracy at k labels a class. */
const accuracyAt = (k: number): number => 0.6 + 0.05 * Math.log2(k);

/** Five seeds of 153 images, twenty draws: images differ in difficulty, seeds and draws in skill. */
function madeUp(of: Stream, renders: number): WorthSeed[] {
  const ease = Array.from({ length: 153 }, () => of.normal(0, 0.15));
  const hits = (accuracy: number, spread: number) => {
    const skill = accuracy + of.normal(0, spread);
    return Uint8Array.from(ease, (e) => Number(of.uniform(0, 1) < skill + e));
  };
  return Array.from({ length: 5 }, () => ({
    renders: hits(renders, 0.02),
    photographs: KS.map((k) => Array.from({ length: 20 }, () => hits(accuracyAt(k), 0.04))),
  }));
}
