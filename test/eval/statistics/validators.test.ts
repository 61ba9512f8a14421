import { describe, expect, it } from "vitest";
import {
  batchNuclearNorm,
  collapsedClasses,
  informationMaximisation,
  meanEntropy,
  softNeighbourhoodDensity,
  validatorScores,
} from "../../../eval/statistics/validators.js";
import { asPredictions, reference } from "../reference.js";

const LN2 = Math.LN2;

describe("label-free validators", () => {
  it("agree with NumPy and scipy", () => {
    const { p, ...expected } = reference.validators;
    const found = validatorScores(
      asPredictions(
        p,
        p.map(() => 0),
      ),
    );
    for (const [name, value] of Object.entries(expected))
      expect(found[name as keyof typeof found]).toBeCloseTo(value as number, 9);
  });

  it("have closed forms", () => {
    const balanced = [
      [1, 0],
      [0, 1],
      [1, 0],
      [0, 1],
    ];
    const collapsed = [
      [1, 0],
      [1, 0],
      [1, 0],
      [1, 0],
    ];
    const unsure = [
      [0.5, 0.5],
      [0.5, 0.5],
    ];
    expect(meanEntropy(unsure)).toBeCloseTo(LN2, 12);
    expect(informationMaximisation(balanced)).toBeCloseTo(LN2, 12);
    expect(informationMaximisation(collapsed)).toBe(0);
    expect(informationMaximisation(unsure)).toBeCloseTo(0, 12);
    expect(batchNuclearNorm(balanced)).toBeCloseTo((2 * Math.SQRT2) / 4, 12);
    expect(batchNuclearNorm(collapsed)).toBeCloseTo(2 / 4, 12);
    expect(softNeighbourhoodDensity(collapsed)).toBeCloseTo(Math.log(3), 12);
  });
});

describe("collapse", () => {
  const shares = (ants: number) =>
    Array.from({ length: 100 }, (_, i) => (i < ants ? [0.9, 0.1] : [0.1, 0.9]));
  const of = (ants: number) => {
    const p = shares(ants);
    const rows = p.map((row, i) => ({ id: String(i), split: "val", label: null, p: row }));
    return collapsedClasses({ dataset: "x", classes: ["ants", "bees"], rows });
  };

  it("is flagged outside .2 to .8", () => {
    expect(of(50)).toEqual([]);
    expect(of(80)).toEqual([]);
    expect(of(81)).toEqual([
      { class: "ants", share: 0.81 },
      { class: "bees", share: 0.19 },
    ]);
  });
});
