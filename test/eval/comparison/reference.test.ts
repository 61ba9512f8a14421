/** The committed predictions of the reference experiment, against figures that were computed from them elsewhere. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { readPredictions } from "../../../eval/predictions/csv.js";
import {
  type Estimate,
  estimate,
  gapInterval,
  pairedDifference,
  pairRuns,
} from "../../../eval/statistics/estimate.js";
import { packageFile } from "../../../src/shared/roots.js";

const FOLDER = packageFile("reports/reference/predictions");

async function measure(arm: string, file: string, shared: boolean): Promise<Estimate> {
  const runs = readdirSync(join(FOLDER, arm)).sort();
  const predictions = await Promise.all(runs.map((run) => readPredictions(join(FOLDER, arm, run, file))));
  const seeds = runs.map((run) => Number(run.slice("seed-".length)));
  return estimate(seeds, predictions, { shared });
}

const points = (share: number) => Number((100 * share).toFixed(1));

describe("the reference predictions", () => {
  let sourceOnly: Estimate;
  beforeAll(async () => {
    sourceOnly = await measure("source-only", "hymenoptera.csv", true);
  });

  it.each([
    ["self-training", 3.4, 0.7, 6.1, "0.014"],
    ["prototypes", 3.7, 0.7, 6.6, "0.015"],
    ["5-shot-unlabelled", 3.3, 0.4, 6.2, "0.030"],
    ["20-shot", 2.1, -1.5, 5.7, "0.208"],
    ["full-exact", 4.7, 1.2, 8.2, "0.011"],
    ["full-low-lr", 3.4, 1.0, 5.8, "0.007"],
    ["oracle-sgd", 4.3, 1.0, 7.7, "0.012"],
    ["feature-statistics", -1.8, -4.0, 0.3, "0.083"],
  ])("%s − source-only: %s [%s, %s], p %s", async (arm, mean, low, high, p) => {
    const found = pairedDifference(pairRuns(await measure(arm, "hymenoptera.csv", true), sourceOnly));
    const { difference } = found;
    expect([difference.mean, difference.low, difference.high].map(points)).toEqual([mean, low, high]);
    expect(found.p!.toFixed(3)).toBe(p);
    expect(difference.method).toBe("crossed");
  });

  it("have a gap of source-only of 3.9 points [0.4, 7.4]", async () => {
    const gap = gapInterval(await measure("source-only", "source.csv", false), sourceOnly);
    expect([gap.mean, gap.low, gap.high].map(points)).toEqual([3.9, 0.4, 7.4]);
  });
});
