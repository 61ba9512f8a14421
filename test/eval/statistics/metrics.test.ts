import { describe, expect, it } from "vitest";
import { predictedShares } from "../../../eval/predictions/outcomes.js";
import { computeMetrics } from "../../../eval/statistics/metrics.js";
import { asPredictions, reference } from "../reference.js";

describe("metrics", () => {
  const expected = reference.metrics;
  const predictions = asPredictions(expected.p, expected.truth);
  const found = computeMetrics(predictions);

  it("agree with scikit-learn", () => {
    expect(found.n).toBe(40);
    expect(found.accuracy).toBeCloseTo(expected.accuracy, 12);
    expect(found.confusion).toEqual(expected.confusion);
    expect(found.nll).toBeCloseTo(expected.nll, 10);
    expect(found.brier).toBeCloseTo(expected.brier, 10);
    found.perClass.forEach((c, k) => {
      expect(c.support).toBe(expected.support[k]);
      expect(c.precision).toBeCloseTo(expected.precision[k], 12);
      expect(c.recall).toBeCloseTo(expected.recall[k], 12);
      expect(c.f1).toBeCloseTo(expected.f1[k], 12);
    });
  });

  it("of a coin that is always sure of ants", () => {
    const sure = asPredictions(
      [
        [1, 0, 0],
        [1, 0, 0],
      ],
      [0, 1],
    );
    const { accuracy, perClass, brier, nll } = computeMetrics(sure);
    expect(accuracy).toBe(0.5);
    expect(brier).toBe(1);
    expect(nll).toBeCloseTo(-Math.log(Number.EPSILON) / 2, 10);
    expect(perClass.map((c) => c.precision)).toEqual([0.5, null, null]);
    expect(perClass.map((c) => c.recall)).toEqual([1, 0, null]);
    expect(perClass.map((c) => c.f1)).toEqual([2 / 3, 0, null]);
    expect(predictedShares(sure)).toEqual([1, 0, 0]);
  });

  it("need a label on every row, and name the first without", () => {
    const sealed = asPredictions([[1, 0, 0]], [0]);
    sealed.rows[0]!.label = null;
    expect(() => computeMetrics(sealed)).toThrow("reference (val/0000.jpg): expected a label, found none");
  });
});
