import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { discordant, exactMcNemar, holm } from "../../../eval/statistics/significance.js";
import { reference } from "../reference.js";

describe("exact McNemar", () => {
  it.each<{ b: number; c: number; p: number }>(reference.mcnemar)(
    "agrees with scipy's binomial test at $b-$c",
    ({ b, c, p }) => {
      expect(exactMcNemar(b, c)).toBeCloseTo(p, 10);
    },
  );

  it("finds nothing under 6-0 significant", () => {
    expect(exactMcNemar(5, 0)).toBeGreaterThan(0.05);
    expect(exactMcNemar(6, 0)).toBeLessThan(0.05);
  });

  it("agrees with enumerating every outcome, and is symmetric", () =>
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 7 }), fc.integer({ min: 0, max: 7 }), (b, c) => {
        const m = b + c;
        let asExtreme = 0;
        for (let outcome = 0; outcome < 2 ** m; outcome++) {
          const wins = outcome.toString(2).replaceAll("0", "").length;
          if (Math.abs(wins - m / 2) >= Math.abs(b - m / 2)) asExtreme++;
        }
        expect(exactMcNemar(b, c)).toBeCloseTo(asExtreme / 2 ** m, 10);
        expect(exactMcNemar(c, b)).toBe(exactMcNemar(b, c));
      }),
    ));

  it("counts who alone was right", () => {
    expect(discordant([1, 1, 0, 0, 1], [1, 0, 1, 0, 0])).toEqual({ b: 2, c: 1 });
  });
});

describe("Holm", () => {
  it("agrees with statsmodels", () => {
    const { p, adjusted } = reference.holm;
    holm(p).forEach((value, i) => {
      expect(value).toBeCloseTo(adjusted[i], 12);
    });
  });

  it("never lowers a p, keeps the order, and is Bonferroni for the smallest", () =>
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1 }), (p) => {
        const adjusted = holm(p);
        expect(Math.min(...adjusted)).toBe(Math.min(1, p.length * Math.min(...p)));
        adjusted.forEach((value, i) => {
          expect(value).toBeGreaterThanOrEqual(p[i]!);
          for (let j = 0; j < p.length; j++)
            if (p[i]! < p[j]!) expect(value).toBeLessThanOrEqual(adjusted[j]!);
        });
      }),
    ));
});
