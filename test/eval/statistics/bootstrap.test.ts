import { describe, expect, it } from "vitest";
import { bootstrapMeans, type SeedTable } from "../../../eval/statistics/bootstrap.js";
import { percentileInterval } from "../../../eval/statistics/intervals.js";
import { mean } from "../../../eval/statistics/mean.js";
import { stream } from "../../../src/shared/rng.js";

const hits = (n: number, p: number, seed: number) =>
  Uint8Array.from({ length: n }, (_, i) => Number(stream(seed, "hit", i).next() < p));
const table = (rows: Uint8Array[], images = "target"): SeedTable => ({
  seeds: rows.map((_, i) => i),
  rows: rows.map((values) => ({ images, values })),
});
const variance = (x: Float64Array) => mean(x.map((v) => (v - mean(x)) ** 2));

describe("two-way bootstrap", () => {
  it("draws shared seeds and images alike: a table minus itself is 0 in every replicate", () => {
    const one = table([hits(50, 0.8, 1), hits(50, 0.7, 2)]);
    const [a, b] = bootstrapMeans([one, { ...one }], { replicates: 200 });
    expect(a).toEqual(b);
  });

  it("does not depend on which other tables are drawn", () => {
    const one = table([hits(50, 0.8, 1), hits(50, 0.7, 2)]);
    const other = table([hits(40, 0.5, 3)], "source");
    const alone = bootstrapMeans([one], { replicates: 50 })[0];
    expect(bootstrapMeans([other, one], { replicates: 50 })[1]).toEqual(alone);
  });

  it("of a single seed has the closed-form variance p(1 - p)/n", () => {
    const values = hits(100, 0.8, 4);
    const p = mean(values);
    const [means] = bootstrapMeans([table([values])]);
    expect(mean(means!)).toBeCloseTo(p, 2);
    expect(variance(means!)).toBeCloseTo((p * (1 - p)) / 100, 4);
  });

  it("of seeds that differ by a constant has their variance/S", () => {
    const rows = [0, 1, 2, 3, 4].map((s) => new Float64Array(20).fill(s / 4));
    const [means] = bootstrapMeans([
      { seeds: [0, 1, 2, 3, 4], rows: rows.map((values) => ({ images: "t", values })) },
    ]);
    expect(variance(means!)).toBeCloseTo(0.125 / 5, 2);
  });

  it("does not take seeds for new photographs", () => {
    const same = hits(100, 0.8, 5);
    const [one] = bootstrapMeans([table([same])]);
    const [five] = bootstrapMeans([table([same, same, same, same, same])]);
    const width = (x: Float64Array) => percentileInterval(x).high - percentileInterval(x).low;
    expect(width(five!)).toBeCloseTo(width(one!), 1);
  });

  it("agrees with a slower second form of the same draws", () => {
    const rows = [hits(8, 0.6, 6), hits(8, 0.4, 7)];
    const [fast] = bootstrapMeans([table(rows)], { replicates: 30, seed: 9 });
    const images = stream(9, "bootstrap", "images", "target").next;
    const seeds = stream(9, "bootstrap", "seeds", "0,1").next;
    for (const found of fast!) {
      const drawnImages = Array.from({ length: 8 }, () => Math.floor(images() * 8));
      const drawnSeeds = Array.from({ length: 2 }, () => Math.floor(seeds() * 2));
      const slow = mean(drawnSeeds.map((s) => mean(drawnImages.map((i) => rows[s]![i]!))));
      expect(found).toBeCloseTo(slow, 12);
    }
  });

  it("refuses rows of one set with different lengths", () => {
    expect(() => bootstrapMeans([table([hits(5, 0.5, 1), hits(6, 0.5, 1)])])).toThrow("differ in length");
  });
});
