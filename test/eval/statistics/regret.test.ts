import { expect, it } from "vitest";
import { type Checkpoint, validatorRegret } from "../../../eval/statistics/regret.js";

const checkpoint = (epoch: number, accuracy: number, score: number): Checkpoint => ({
  epoch,
  accuracy,
  scores: { sourceAccuracy: score, meanEntropy: score, im: score, bnm: score, snd: score },
});

it("is what the best checkpoint is ahead of the selected one", () => {
  const run = [checkpoint(1, 0.8, 0.3), checkpoint(2, 0.95, 0.1), checkpoint(3, 0.9, 0.5)];
  const found = Object.fromEntries(validatorRegret(run).map((r) => [r.validator, r]));
  expect(found.im).toMatchObject({ selected: 0.9, last: 0.9, best: 0.95, epoch: 3 });
  expect(found.im!.regret).toBeCloseTo(0.05, 12);
  // A small entropy is a confident model.
  expect(found.meanEntropy).toMatchObject({ selected: 0.95, regret: 0, epoch: 2 });
});

it("takes the earliest of equal checkpoints", () => {
  const run = [checkpoint(1, 0.7, 0.5), checkpoint(2, 0.9, 0.5)];
  expect(validatorRegret(run).every((r) => r.epoch === 1)).toBe(true);
});
