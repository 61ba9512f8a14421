import { describe, expect, it } from "vitest";
import { highestValAccuracy, lastEpoch, lowestValLoss, patience } from "../../adapt/training/criteria.js";
import { stratifiedFolds } from "../../adapt/training/folds.js";
import { type EpochRecord, meanHistory } from "../../adapt/training/history.js";
import {
  constant,
  cosine,
  discriminative,
  gradual,
  probeFirst,
  shaped,
  stepLr,
  warmedUp,
} from "../../adapt/training/schedule.js";

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

describe("schedules over stages", () => {
  const stages = ["conv1", "layer1", "fc"];

  it("give lower stages lower rates", () => {
    const rates = discriminative(0.1, 0.5)(at(0), stages);
    expect(rates).toEqual({ conv1: 0.025, layer1: 0.05, fc: 0.1 });
    expect(discriminative(0.1, 0.5)(at(0), ["fc"])).toEqual({ fc: 0.1 });
  });

  it("thaw one more stage at a time, from the last", () => {
    const thawed = [0, 1, 2, 3, 4, 9].map((epoch) =>
      Object.keys(gradual(constant(1), 2)(at(epoch), stages)).join(),
    );
    expect(thawed).toEqual(["fc", "fc", "layer1,fc", "layer1,fc", "conv1,layer1,fc", "conv1,layer1,fc"]);
  });

  it("probe the last stage first, then train all", () => {
    const schedule = probeFirst(discriminative(1, 0.1), 3);
    expect(schedule(at(2), stages)).toEqual({ fc: 1 });
    expect(Object.keys(schedule(at(3), stages))).toEqual(stages);
  });

  it("are pure: nothing but the progress counts", () => {
    const schedule = shaped(gradual(discriminative(0.1, 0.4), 1), warmedUp(cosine, 0.1));
    const first = schedule(at(1), stages);
    schedule(at(7), stages);
    expect(schedule(at(1), stages)).toEqual(first);
  });
});

describe("a warm-up", () => {
  it("rises from 0 to the start of the shape, then runs through all of it", () => {
    const shape = warmedUp(cosine, 0.2);
    const factors = [0, 0.1, 0.2, 0.6, 1].map((done) => shape({ epoch: 0, epochs: 1, done }));
    [0, 0.5, 1, 0.5, 0].forEach((factor, i) => {
      expect(factors[i]).toBeCloseTo(factor, 12);
    });
    expect(warmedUp(() => 1, 0)({ epoch: 0, epochs: 1, done: 0 })).toBe(1);
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

  it("lose patience with the epochs since their choice", () => {
    const stop = patience(lowestValLoss, 2);
    expect([1, 2, 3, 4].map((n) => stop(history.slice(0, n)))).toEqual([false, false, false, true]);
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
