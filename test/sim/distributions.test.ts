import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { booleanDraw, drawValue, integerDraw, nameDraw, numberDraw } from "../../sim/scene/distributions.js";
import { stream } from "../../src/shared/rng.js";
import { check } from "../../src/shared/schema.js";

const number = numberDraw(-2, 10);
const problem = (schema: Parameters<typeof check>[0], value: unknown): string => {
  try {
    check(schema, value, "factor");
  } catch (error) {
    expect(error).toMatchObject({ exitCode: 2 });
    return (error as Error).message;
  }
  return "accepted";
};

describe("what is refused, and how it is named", () => {
  it.each([
    [{ uniform: [3, 1] }, /factor: uniform.*low below high/],
    [{ uniform: [1, 1] }, /factor: uniform.*low below high/],
    [{ uniform: [1, 11] }, /factor: uniform\.1.*10/],
    [{ uniform: [1] }, /factor: uniform/],
    [{ loguniform: [0, 1] }, /factor: loguniform\.0/],
    [{ normal: [0, -1] }, /factor: normal\.1/],
    [{ normal: [0, 1], min: 3, max: 2 }, /min below max/],
    [{ uniform: [0, 1], low: 3 }, /factor: low/],
    [{ gaussian: [0, 1] }, /uniform, loguniform, normal, choice/],
    [{ choice: [] }, /factor: choice/],
    [{ choice: [1, 2], weights: [0, 0] }, /factor: weights.*sum above 0/],
    [{ choice: [1, 2], weights: [1] }, /factor: weights.*one weight for each/],
    [{ choice: [1, 2], weights: [1, -1] }, /factor: weights\.1/],
    [11, /factor.*10/],
    ["3", /factor.*number/],
    [{ poisson: 2 }, /uniform, loguniform/],
  ])("number %j", (value, message) => {
    expect(problem(number, value)).toMatch(message);
  });

  it("names and whole numbers", () => {
    expect(problem(nameDraw(["soil", "sand"]), "mud")).toMatch(/one of soil, sand/);
    expect(problem(nameDraw(["soil"]), { choice: ["soil", "mud"] })).toMatch(/choice\.1/);
    expect(problem(integerDraw(0, 9), 1.5)).toMatch(/whole number/);
    expect(problem(integerDraw(0, 9), { poisson: -1 })).toMatch(/poisson/);
    expect(problem(booleanDraw(), "yes")).toMatch(/true or false/);
  });
});

describe("drawing", () => {
  it("keeps every draw within its bounds", () => {
    const draws = fc.oneof(
      fc
        .tuple(fc.double({ min: -2, max: 3.9, noNaN: true }), fc.double({ min: 4, max: 10, noNaN: true }))
        .map((uniform) => ({ uniform })),
      fc
        .tuple(fc.double({ min: -2, max: 10, noNaN: true }), fc.double({ min: 0, max: 50, noNaN: true }))
        .map((normal) => ({ normal })),
      fc.array(fc.double({ min: -2, max: 10, noNaN: true }), { minLength: 1 }).map((choice) => ({ choice })),
    );
    fc.assert(
      fc.property(draws, fc.nat(), (raw, seed) => {
        const value = drawValue(check(number, raw, "factor"), stream(seed, "x"));
        expect(value).toBeGreaterThanOrEqual(-2);
        expect(value).toBeLessThanOrEqual(10);
      }),
    );
  });

  it("keeps a count within its bounds, whatever its mean", () => {
    const draw = check(integerDraw(1, 4), { poisson: 1.5 }, "factor");
    const counts = Array.from({ length: 300 }, (_, i) => drawValue(draw, stream(0, i)));
    expect([...new Set(counts)].sort()).toEqual([1, 2, 3, 4]);
  });

  it("never picks what weighs nothing", () => {
    const draw = check(nameDraw(["a", "b", "c"]), { choice: ["a", "b", "c"], weights: [0, 1, 0] }, "factor");
    for (let i = 0; i < 200; i++) expect(drawValue(draw, stream(0, i))).toBe("b");
  });

  it("has the moments that the kinds promise", () => {
    const mean = (draw: Parameters<typeof drawValue>[0]) => {
      const values = Array.from({ length: 4000 }, (_, i) => Number(drawValue(draw, stream(1, i, "moment"))));
      return values.reduce((a, b) => a + b) / values.length;
    };
    expect(mean({ uniform: [0, 4] })).toBeCloseTo(2, 1);
    expect(mean({ normal: [3, 1] })).toBeCloseTo(3, 1);
    expect(mean({ poisson: 2.5 })).toBeCloseTo(2.5, 0.9);
    expect(Math.abs(mean({ loguniform: [1, Math.E] }) - (Math.E - 1))).toBeLessThan(0.05);
  });
});
