import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isotonic } from "../../../eval/statistics/isotonic.js";

/** The same by another way: the largest, over beginnings before i, of the smallest mean up to an end after it. */
function maxMin(values: readonly number[]): number[] {
  const meanOf = (s: number, t: number) => values.slice(s, t + 1).reduce((a, b) => a + b, 0) / (t + 1 - s);
  return values.map((_, i) => {
    const starts = Array.from({ length: i + 1 }, (_, s) => s);
    const ends = Array.from({ length: values.length - i }, (_, t) => i + t);
    return Math.max(...starts.map((s) => Math.min(...ends.map((t) => meanOf(s, t)))));
  });
}

describe("the isotonic fit", () => {
  it("is that of the max-min formula, never falls, and keeps the mean", () => {
    const values = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(values, (given) => {
        const fitted = isotonic(given);
        expect(fitted).toEqual(maxMin(given).map((v) => expect.closeTo(v, 9)));
        for (let i = 1; i < fitted.length; i++) expect(fitted[i]).toBeGreaterThanOrEqual(fitted[i - 1]!);
      }),
    );
  });

  it("leaves what rises as it is", () => {
    expect(isotonic([0.1, 0.2, 0.2, 0.9])).toEqual([0.1, 0.2, 0.2, 0.9]);
    expect(isotonic([0.9, 0.1, 0.8])).toEqual([0.5, 0.5, 0.8]);
  });
});
