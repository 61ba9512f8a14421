import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stream } from "../../src/shared/rng.js";

const draws = (seed: number, ...path: (string | number)[]) => {
  const s = stream(seed, ...path);
  return Array.from({ length: 5 }, () => s.next());
};

describe("stream", () => {
  it("depends on seed and path alone, and 0 is a seed like any other", () => {
    expect(draws(0, 3, "camera.elevation")).toEqual(draws(0, 3, "camera.elevation"));
    const different = [
      draws(0, 3, "a"),
      draws(1, 3, "a"),
      draws(0, 4, "a"),
      draws(0, 3, "b"),
      draws(0, "3a"),
    ];
    expect(new Set(different.map(String)).size).toBe(different.length);
  });

  it("has the moments of a normal distribution", () => {
    const s = stream(7, "normal");
    const values = Array.from({ length: 20_000 }, () => s.normal(2, 3));
    const mean = values.reduce((a, b) => a + b) / values.length;
    const variance = values.reduce((a, v) => a + (v - mean) ** 2, 0) / values.length;
    expect(Math.abs(mean - 2)).toBeLessThan(0.1);
    expect(Math.abs(Math.sqrt(variance) - 3)).toBeLessThan(0.1);
  });

  it("picks by weight and never an item of weight zero", () => {
    const s = stream(1, "pick");
    const counts = { a: 0, b: 0, c: 0 };
    for (let i = 0; i < 9000; i++) counts[s.pick(["a", "b", "c"] as const, [1, 0, 2])]++;
    expect(counts.b).toBe(0);
    expect(counts.c / counts.a).toBeGreaterThan(1.8);
    expect(counts.c / counts.a).toBeLessThan(2.2);
  });

  it("shuffles without losing or doubling an item, and leaves the input alone", () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.nat(), (items, seed) => {
        const before = [...items];
        const shuffled = stream(seed, "s").shuffle(items);
        expect(items).toEqual(before);
        expect([...shuffled].sort()).toEqual([...items].sort());
      }),
    );
  });
});
