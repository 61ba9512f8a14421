import { describe, expect, it } from "vitest";
import { describeBackground } from "../../../eval/comparison/background.js";
import { wilson } from "../../../eval/statistics/intervals.js";
import { madeUpPredictions } from "../made-up.js";

const run = (seed: number) => ({
  seed,
  source: madeUpPredictions("background-source", [50, 50], 1, seed),
  target: madeUpPredictions("background-hymenoptera", [70, 83], 0.2, seed),
});

describe("describeBackground", () => {
  it("gives both accuracies with their intervals, Wilson's for one seed", () => {
    const { source, target, seeds } = describeBackground([run(0)])!;
    expect(seeds).toEqual([0]);
    expect(source).toMatchObject({ n: 100, ...wilson(source.mean, 100) });
    expect(target!.n).toBe(153);
  });

  it("is absent where it was not tried, and has no target where a seed has none", () => {
    expect(describeBackground([])).toBeNull();
    expect(describeBackground([run(0), { ...run(1), target: null }])!.target).toBeNull();
  });
});
