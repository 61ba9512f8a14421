import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { newcombe, newcombePaired, quantile, wilson } from "../../../eval/statistics/intervals.js";
import { reference } from "../reference.js";

const proportion = fc.integer({ min: 0, max: 1000 }).map((x) => x / 1000);
const size = fc.integer({ min: 1, max: 1000 });

describe("Wilson", () => {
  it.each<{ x: number; n: number; interval: [number, number] }>(reference.wilson)(
    "agrees with statsmodels at $x of $n",
    ({ x, n, interval }) => {
      const { low, high } = wilson(x / n, n);
      expect(low).toBeCloseTo(interval[0], 12);
      expect(high).toBeCloseTo(interval[1], 12);
    },
  );

  it("gives the published 81/263: .2553 to .3662 (Newcombe 1998, table I)", () => {
    const { low, high } = wilson(81 / 263, 263);
    expect(low.toFixed(4)).toBe("0.2553");
    expect(high.toFixed(4)).toBe("0.3662");
  });

  it("holds the proportion, stays in [0, 1], and mirrors", () =>
    fc.assert(
      fc.property(proportion, size, (p, n) => {
        const { low, high } = wilson(p, n);
        expect(0 <= low && low <= p && p <= high && high <= 1).toBe(true);
        expect(wilson(1 - p, n).low).toBeCloseTo(1 - high, 9);
      }),
    ));
});

describe("Newcombe", () => {
  it.each<{ counts: [number, number, number, number]; interval: [number, number] }>(reference.newcombe)(
    "agrees with statsmodels at $counts",
    ({ counts: [a, m, b, n], interval }) => {
      const { low, high } = newcombe(a / m, m, b / n, n);
      expect(low).toBeCloseTo(interval[0], 12);
      expect(high).toBeCloseTo(interval[1], 12);
    },
  );

  it("gives the published 56/70 - 48/80: .0524 to .3339 (Newcombe 1998, table II)", () => {
    const { low, high } = newcombe(56 / 70, 70, 48 / 80, 80);
    expect([low.toFixed(4), high.toFixed(4)]).toEqual(["0.0524", "0.3339"]);
  });

  it("gives the published paired 1, 1, 7, 12: -.507 to -.026 (Fagerland et al. 2014)", () => {
    const { low, high } = newcombePaired({ both: 1, first: 1, second: 7, neither: 12 });
    expect([low.toFixed(3), high.toFixed(3)]).toEqual(["-0.507", "-0.026"]);
  });

  it("is narrower paired than independent where the arms agree", () => {
    const paired = newcombePaired({ both: 120, first: 10, second: 5, neither: 18 });
    const independent = newcombe(130 / 153, 153, 125 / 153, 153);
    expect(paired.high - paired.low).toBeLessThan(independent.high - independent.low);
  });

  it("of two equal perfect arms still has a width", () => {
    const { low, high } = newcombePaired({ both: 50, first: 0, second: 0, neither: 0 });
    expect(low).toBeLessThan(0);
    expect(high).toBeGreaterThan(0);
  });
});

describe("percentiles", () => {
  it("interpolate between order statistics", () => {
    expect(quantile([1, 2, 3, 4], 0.5)).toBe(2.5);
    expect(quantile([1, 2, 3, 4], 1)).toBe(4);
  });
});
