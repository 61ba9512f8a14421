import { describe, expect, it } from "vitest";
import { accuracy } from "../../../eval/statistics/accuracy.js";
import { AntbeeError } from "../../../src/shared/errors.js";
import type { Predictions } from "../../../src/shared/types.js";

const of = (...labels: (string | null)[]): Predictions => ({
  dataset: "photos",
  classes: ["ants", "bees", "wasps"],
  rows: labels.map((label, i) => ({ id: `${i}.jpg`, split: "val", label, p: [0.1, 0.7, 0.2] })),
});

describe("accuracy", () => {
  it("is the share of correct predictions, with Wilson's interval", () => {
    const { low, high, ...rest } = accuracy(of("bees", "bees", "bees", "ants"));
    expect(rest).toEqual({ mean: 0.75, n: 4, values: [0.75], method: "Wilson" });
    // statsmodels: proportion_confint(3, 4, method="wilson")
    expect(low).toBeCloseTo(0.3006, 3);
    expect(high).toBeCloseTo(0.9544, 3);
  });

  it.each([
    ["no row", of(), "photos: expected a labelled prediction, found none"],
    ["a row without a label", of("bees", null), "photos (1.jpg): expected a label, found none"],
    [
      "a label that is no class",
      of("bees", "flies"),
      'photos (1.jpg): expected a label among ants, bees, wasps, found "flies"',
    ],
  ])("refuses %s", (_name, predictions, message) => {
    expect(() => accuracy(predictions)).toThrow(new AntbeeError(message, 2));
  });
});
