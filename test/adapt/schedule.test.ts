import { describe, expect, it } from "vitest";
import { highestValAccuracy, lastEpoch, lowestValLoss } from "../../adapt/criteria.js";
import { stratifiedFolds } from "../../adapt/folds.js";
import { type EpochRecord, meanHistory } from "../../adapt/history.js";
import { constant, cosine, shaped, stepLr } from "../../adapt/schedule.js";

const at = (epoch: number, epochs = 10) => ({ epoch, epochs, done: epoch / epochs });

describe("schedules", () => {
  it("give every stage the same rate, or that rate under a shape", () => {
    expect(constant(0.1)(at(3), ["a", "b"])).toEqual({ a: 0.1, b: 0.1 });
    expect(shaped(constant(0.1), () => 0.5)(at(3), ["a"])).toEqual({ a: 0.05 });
  });

  it("fall by half a cosine from 1 to 0", () => {
    expect(cosine(at(0))).toBe(1);
    expect(cosine(at(5))).toBeCloseTo(0.5, 12);
    expect(cosine({ epoch: 9, epochs: 10, done: 0.999 })).toBeLessThan(1e-4);
  });

  it("fall by steps, as StepLR(7, .1)", () => {
    const factors = [0, 6, 7, 13, 14].map((epoch) => stepLr(7, 0.1)(at(epoch, 20)));
    [1, 1, 0.1, 0.1, 0.01].forEach((factor, i) => {
      expect(factors[i]).toBeCloseTo(factor, 12);
    });
  });
});

const record = (epoch: number, valLoss: number, valAccuracy: number): EpochRecord => ({
  epoch,
  trainLoss: 1,
  trainAccuracy: 0.5,
  valLoss,
  valAccuracy,
});

describe("criteria", () => {
  const history = [record(1, 0.5, 0.8), record(2, 0.3, 0.9), record(3, 0.3, 0.9), record(4, 0.4, 0.85)];
  it("choose the first of the best, or the last", () => {
    expect(lowestValLoss(history)).toBe(2);
    expect(highestValAccuracy(history)).toBe(2);
    expect(lastEpoch(history)).toBe(4);
  });
});

describe("folds", () => {
  const items = Array.from({ length: 23 }, (_, i) => ({ id: `${i}`, label: i < 13 ? "ants" : "bees" }));

  it("let each item validate once, and keep the classes' shares", () => {
    const folds = stratifiedFolds(items, 5, 0);
    const validated = folds.flatMap((f) => f.validation.map((i) => i.id));
    expect(validated.sort()).toEqual(items.map((i) => i.id).sort());
    for (const { train, validation } of folds) {
      expect(train.length + validation.length).toBe(23);
      const ants = validation.filter((i) => i.label === "ants").length;
      expect(ants).toBeGreaterThanOrEqual(2);
      expect(ants).toBeLessThanOrEqual(3);
    }
  });

  it("depend on the seed", () => {
    expect(stratifiedFolds(items, 5, 0)).toEqual(stratifiedFolds(items, 5, 0));
    expect(stratifiedFolds(items, 5, 0)).not.toEqual(stratifiedFolds(items, 5, 1));
  });

  it("have a mean history", () => {
    const mean = meanHistory([[record(1, 0.2, 1), record(2, 0.1, 1)], [record(1, 0.4, 0.5)]]);
    expect(mean).toHaveLength(1);
    expect(mean[0]).toMatchObject({ epoch: 1, valAccuracy: 0.75 });
    expect(mean[0]!.valLoss).toBeCloseTo(0.3, 12);
  });
});
