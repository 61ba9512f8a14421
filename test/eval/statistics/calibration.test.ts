import { describe, expect, it } from "vitest";
import {
  applyTemperature,
  calibrationFloor,
  confidences,
  expectedCalibrationError,
  fitTemperature,
  reliability,
} from "../../../eval/statistics/calibration.js";
import { mean } from "../../../eval/statistics/mean.js";
import { computeMetrics } from "../../../eval/statistics/metrics.js";
import { stream } from "../../../src/shared/rng.js";
import { asPredictions, reference } from "../reference.js";

describe("ECE", () => {
  it("agrees with NumPy", () => {
    const { p, truth, ece } = reference.metrics;
    expect(expectedCalibrationError(confidences(asPredictions(p, truth)))).toBeCloseTo(ece, 12);
  });

  it("of a confidence of .9 at an accuracy of .5 is .4", () => {
    const rows = [0, 1, 0, 1].map((correct) => ({ confidence: 0.9, correct }));
    expect(expectedCalibrationError(rows)).toBeCloseTo(0.4, 12);
  });

  it("puts a confidence on an edge into the bin below it, and 0 into the first", () => {
    const bins = reliability(
      [
        { confidence: 0, correct: 0 },
        { confidence: 0.2, correct: 1 },
        { confidence: 1, correct: 1 },
      ],
      5,
    );
    expect(bins.map((bin) => bin.n)).toEqual([2, 0, 0, 0, 1]);
    expect(bins[1]).toMatchObject({ confidence: null, accuracy: null });
  });

  it("agrees with the sum over the bins of the diagram", () => {
    const { p, truth } = reference.metrics;
    const rows = confidences(asPredictions(p, truth));
    const sum = reliability(rows)
      .filter((bin) => bin.n > 0)
      .reduce((total, bin) => total + (bin.n / rows.length) * Math.abs(bin.accuracy! - bin.confidence!), 0);
    expect(expectedCalibrationError(rows)).toBeCloseTo(sum, 12);
  });
});

describe("the floor of the ECE", () => {
  it("is 0 for a model that is always sure", () => {
    expect(calibrationFloor([{ confidence: 1, correct: 1 }])).toBe(0);
  });

  it("is some .03 to .04 for a .93 model on 153 images", () => {
    const draw = stream(1, "confidences");
    const rows = Array.from({ length: 153 }, () => ({
      confidence: 1 / (1 + Math.exp(-Math.abs(draw.normal(4.5, 3.1)))),
      correct: 1,
    }));
    expect(mean(rows.map((r) => r.confidence))).toBeCloseTo(0.93, 2);
    const floor = calibrationFloor(rows);
    expect(floor).toBeGreaterThan(0.028);
    expect(floor).toBeLessThan(0.042);
  });

  it("shrinks with the number of images", () => {
    const rows = (n: number) => Array.from({ length: n }, () => ({ confidence: 0.8, correct: 1 }));
    expect(calibrationFloor(rows(1000))).toBeLessThan(calibrationFloor(rows(100)) / 2);
  });
});

describe("temperature", () => {
  const { p, truth, temperature, nll } = reference.temperature;
  const predictions = asPredictions(p, truth);

  it("agrees with scipy's bounded minimisation, and says what it was fitted on", () => {
    const found = fitTemperature(predictions, "source validation");
    expect(found.temperature).toBeCloseTo(temperature, 5);
    expect(found.nll.after).toBeCloseTo(nll, 10);
    expect(found.nll.after).toBeLessThan(found.nll.before);
    expect(found.fittedOn).toBe("source validation");
  });

  it("changes no decision, and at 1 nothing at all", () => {
    const softer = computeMetrics(applyTemperature(predictions, 3));
    expect(softer.confusion).toEqual(computeMetrics(predictions).confusion);
    expect(computeMetrics(applyTemperature(predictions, 1)).nll).toBeCloseTo(
      computeMetrics(predictions).nll,
      10,
    );
  });
});
