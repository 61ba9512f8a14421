import { describe, expect, it } from "vitest";
import {
  describeDistances,
  describeEmbeddings,
  EMBEDDED_POINTS,
  type FeatureView,
} from "../../../eval/comparison/domains.js";
import { describeStatistics } from "../../../eval/comparison/statistics.js";
import { stream } from "../../../src/shared/rng.js";

/** Two domains that lie `apart` in 6 columns. */
function view(rows: number, apart: number, arms = ["source-only"]): FeatureView {
  const of = (domain: number) => {
    const draw = stream(domain, "view");
    const data = Float32Array.from({ length: rows * 6 }, () => draw.normal(domain * apart, 1));
    const labels = Array.from({ length: rows }, (_, i) => (i % 2 ? "bees" : "ants"));
    return { features: { rows, columns: 6, data }, labels };
  };
  return { arms, seed: 3, source: of(0), target: of(1) };
}

describe("describeDistances", () => {
  it("stands far above its floor where the domains lie apart, and at it where they do not", () => {
    const [far, near] = describeDistances([view(60, 4), view(60, 0)]);
    expect(far!.proxyA.value).toBeGreaterThan(1.8);
    expect(far!.proxyA.floor).toBeLessThan(0.7);
    expect(far!.mmd2.p).toBeLessThan(0.01);
    expect(far!.kernel.value).toBeGreaterThan(10 * Math.abs(far!.kernel.floor));
    expect(near!.mmd2.p).toBeGreaterThan(0.05);
    expect(far).toMatchObject({ arms: ["source-only"], seed: 3 });
  });
});

describe("describeEmbeddings", () => {
  it("has a point an image of either domain, with its class, and no more than a picture holds", () => {
    const [small] = describeEmbeddings([view(20, 3)]);
    expect(small!.points).toHaveLength(40);
    expect(small!.points.filter((p) => p.domain === "target" && p.class === "bees")).toHaveLength(10);
    const [large] = describeEmbeddings([view(EMBEDDED_POINTS + 7, 3)]);
    expect(large!.points).toHaveLength(2 * EMBEDDED_POINTS);
    expect(describeEmbeddings([view(20, 3)])).toEqual([small]);
  });

  it("separates along the first component what lies apart", () => {
    const [{ points }] = describeEmbeddings([view(30, 5)]) as [ReturnType<typeof describeEmbeddings>[0]];
    const xs = (domain: string) => points.filter((p) => p.domain === domain).map((p) => p.pca[0]);
    const [a, b] = [xs("source"), xs("target")];
    expect(Math.max(...a) < Math.min(...b) || Math.max(...b) < Math.min(...a)).toBe(true);
  });

  it("shows the first backbone and the last", () => {
    const views = ["a", "b", "c"].map((name) => view(8, 1, [name]));
    expect(describeEmbeddings(views).map((e) => e.arms)).toEqual([["a"], ["c"]]);
  });
});

describe("describeStatistics", () => {
  it("gives the difference in the target's standard deviations", () => {
    const images = (values: number[]) =>
      values.map((brightness) => ({ brightness, contrast: 0, colourfulness: 0, warmth: 0, sharpness: 0 }));
    const [brightness] = describeStatistics({ source: images([0.5, 0.7]), target: images([0.1, 0.3]) });
    expect(brightness!.difference).toBeCloseTo(4, 10);
    expect(brightness!.target).toMatchObject({ mean: 0.2, median: 0.2 });
    expect(describeStatistics(undefined)).toEqual([]);
  });
});
