import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  accuracyInterval,
  type Estimate,
  gapClosedInterval,
  gapInterval,
  holdsZero,
  pairedDifference,
  pairRuns,
} from "../../../eval/statistics/estimate.js";
import { newcombe, newcombePaired, wilson } from "../../../eval/statistics/intervals.js";
import { mean } from "../../../eval/statistics/mean.js";
import { made, simulateHits } from "./simulated.js";

const reference = JSON.parse(
  readFileSync(new URL("../../fixtures/eval/crossed.json", import.meta.url), "utf8"),
);
const bytes = (rows: number[][]): Estimate => made(rows.map((row) => Uint8Array.from(row)));

describe("an accuracy", () => {
  it("is Wilson's for one seed, and never narrower for several", () => {
    const [row] = simulateHits({ seeds: 1, n: 153, accuracy: 0.9, seedSd: 0, seed: 1 });
    const one = accuracyInterval(made([row!]));
    expect(one).toMatchObject({ ...wilson(one.mean, 153), method: "Wilson" });
    const same = accuracyInterval(made([row!, row!, row!]));
    expect(same.method).toBe("crossed, widened to Wilson");
    expect(same.low).toBeLessThanOrEqual(one.low);
    expect(same.high).toBeGreaterThanOrEqual(one.high);
  });

  it("is wider than Wilson's where seeds differ, and stays within [0, 1]", () => {
    const rows = [0.99, 0.6, 0.95, 0.5, 0.99].map(
      (accuracy, seed) => simulateHits({ seeds: 1, n: 153, accuracy, seedSd: 0, seed })[0]!,
    );
    const wide = accuracyInterval(made(rows));
    expect(wide.method).toBe("crossed");
    expect(wide.low).toBeLessThan(wilson(wide.mean, 153).low - 0.1);
    expect(wide.high).toBe(1);
  });

  it("does not take renders of each seed's own for shared photographs", () => {
    const [row] = simulateHits({ seeds: 1, n: 153, accuracy: 0.5, seedSd: 0, seed: 2 });
    const method = (shared: boolean) => accuracyInterval(made([row!, row!, row!], { shared })).method;
    // Photographs that all seeds share bring their noise along; in renders of their own it is what sets seeds apart.
    expect(method(true)).toBe("crossed");
    expect(method(false)).toBe("crossed, widened to Wilson");
  });
});

describe("a gap", () => {
  const target = simulateHits({ seeds: 5, n: 153, accuracy: 0.9, seedSd: 1, seed: 4 });
  const source = simulateHits({ seeds: 5, n: 200, accuracy: 0.95, seedSd: 1, seed: 5 });

  it("is Newcombe's for one seed and has no such floor for several", () => {
    const one = gapInterval(made([source[0]!], { shared: false }), made([target[0]!]));
    const floor = newcombe(mean(source[0]!), 200, mean(target[0]!), 153);
    expect(one).toMatchObject({ ...floor, method: "Newcombe" });
    const same = (row: Uint8Array) => [row, row, row, row, row];
    const five = gapInterval(made(same(source[0]!), { shared: false }), made(same(target[0]!)));
    expect(five.method).toBe("crossed");
    expect(five.high - five.low).toBeLessThan(floor.high - floor.low);
  });

  it("knows the noise of source images that the seeds share", () => {
    const width = (shared: boolean) => {
      const { low, high } = gapInterval(made(source, { shared }), made(target));
      return high - low;
    };
    expect(width(true)).toBeGreaterThan(width(false));
  });
});

describe("a paired difference", () => {
  const row = (hits: string) => Uint8Array.from(hits, Number);

  it("is Newcombe's for one seed, without a p", () => {
    const runs = [{ seed: 0, first: row("1110110111"), second: row("1100110101") }];
    const { difference, p } = pairedDifference(runs);
    const floor = newcombePaired({ both: 6, first: 2, second: 0, neither: 2 });
    expect(difference).toMatchObject({ mean: 0.2, ...floor, method: "paired Newcombe" });
    expect(p).toBeNull();
  });

  it("is not narrower than Newcombe's where fewer than 3 images a seed differ, and plain from 3 on", () => {
    const base = new Uint8Array(153).fill(1);
    const with0 = (...at: number[]) => base.map((hit, i) => (at.includes(i) ? 0 : hit));
    const runs = (counts: number[]) =>
      counts.map((count, seed) => ({
        seed,
        first: base,
        second: with0(...Array.from({ length: count }, (_, i) => 3 * seed + i)),
      }));
    const few = pairedDifference(runs([3, 3, 2])).difference;
    expect(few.method).toBe("crossed, widened to paired Newcombe");
    expect(few.low).toBeLessThanOrEqual(
      newcombePaired({ both: 153 - 8 / 3, first: 8 / 3, second: 0, neither: 0 }).low,
    );
    expect(pairedDifference(runs([3, 3, 3])).difference.method).toBe("crossed");
  });

  it("takes several draws at a seed for their mean, never for so many seeds", () => {
    const pair = (seed: number, first: string, second: string) => ({
      seed,
      first: Uint8Array.from(first, Number),
      second: Uint8Array.from(second, Number),
    });
    const drawn = [
      pair(0, "1111", "1001"),
      pair(0, "1111", "1111"),
      pair(1, "1101", "0101"),
      pair(1, "1111", "0110"),
    ];
    const { difference } = pairedDifference(drawn);
    expect(difference.values).toEqual([0.25, 0.375]);
    expect(difference.mean).toBe(0.3125);
    expect(pairedDifference(drawn.slice(0, 2)).p).toBeNull();
  });

  it("sets an arm that nothing trained against every seed of the other, and a single trained run against its own", () => {
    const five = bytes([
      [1, 0],
      [1, 1],
      [0, 1],
    ]);
    expect(pairRuns(made([row("11")], { untrained: true }), five).map(({ seed }) => seed)).toEqual([0, 1, 2]);
    expect(pairRuns(made([row("11")]), five).map(({ seed }) => seed)).toEqual([0]);
  });
});

describe("gap closed", () => {
  interface Ratio {
    base: number[][];
    adapted: number[][];
    oracle: number[][];
    ratio: number;
    interval: [number, number];
  }
  it.each<Ratio>(reference.ratios)(
    "agrees with a search for the ratios that a t test keeps: $ratio",
    (one) => {
      const [adapted, base, oracle] = [one.adapted, one.base, one.oracle].map(bytes);
      const found = gapClosedInterval(adapted!, base!, oracle!)!;
      expect(found.mean).toBeCloseTo(one.ratio, 12);
      expect(mean(found.values)).toBeCloseTo(one.ratio, 12);
      expect(found.low).toBeCloseTo(one.interval[0], 5);
      expect(found.high).toBeCloseTo(one.interval[1], 5);
      expect(found.method).toBe("Fieller, crossed");
    },
  );

  it("holds 0 where the gain's own interval does, and 1 where the oracle's lead does", () => {
    for (const one of reference.ratios as Ratio[]) {
      const [adapted, base, oracle] = [one.adapted, one.base, one.oracle].map(bytes);
      const closed = gapClosedInterval(adapted!, base!, oracle!)!;
      const gain = pairedDifference(pairRuns(adapted!, base!)).difference;
      const lead = pairedDifference(pairRuns(oracle!, adapted!)).difference;
      expect(closed.low <= 0 && closed.high >= 0).toBe(holdsZero(gain));
      expect(closed.low <= 1 && closed.high >= 1).toBe(holdsZero(lead));
    }
  });

  it("is not given for one seed, nor where oracle and source-only cannot be told apart", () => {
    const [one] = reference.ratios as Ratio[];
    const first = (rows: number[][]) => bytes(rows.slice(0, 1));
    expect(gapClosedInterval(first(one!.adapted), first(one!.base), first(one!.oracle))).toBeNull();
    expect(gapClosedInterval(bytes(one!.adapted), bytes(one!.base), bytes(one!.base))).toBeNull();
  });

  it("takes the interval of the denominator as it is stated, Newcombe's width included", () => {
    const right = new Uint8Array(153).fill(1);
    const without = (at: number[]) => right.map((_, i) => Number(!at.includes(i)));
    // Two other images at every seed: told from 0 by the crossed estimate alone.
    const base = made([0, 1, 2, 3, 4].map((s) => without([2 * s, 2 * s + 1])));
    const oracle = made([0, 1, 2, 3, 4].map(() => right));
    const { difference, p } = pairedDifference(pairRuns(oracle, base));
    expect(p).toBeLessThan(0.05);
    expect(difference.low).toBeLessThan(0);
    expect(gapClosedInterval(oracle, base, oracle)).toBeNull();
  });
});
