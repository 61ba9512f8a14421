import { describe, expect, it } from "vitest";
import { type Features, squaredDistances } from "../../../eval/statistics/features.js";
import { principalComponents } from "../../../eval/statistics/pca.js";
import { jointProbabilities, tsne, tsneGradient, tsneLoss } from "../../../eval/statistics/tsne.js";
import { stream } from "../../../src/shared/rng.js";

/** Three groups of points far apart in 10 columns. */
function groups(each: number): Features {
  const draw = stream(2, "groups");
  const data = Float64Array.from({ length: 3 * each * 10 }, (_, at) => {
    const group = Math.floor(at / (each * 10));
    return draw.normal(0, 1) + (at % 10 === group ? 20 : 0);
  });
  return { rows: 3 * each, columns: 10, data };
}

describe("tsne", () => {
  const features = groups(20);
  const squared = squaredDistances(features);
  const { points: start } = principalComponents(features);
  const perplexity = 10;

  it("keeps every point nearest to its own group, and is the same every time", () => {
    const points = tsne(squared, start, { perplexity });
    points.forEach((point, i) => {
      const distances = points.map((other) => Math.hypot(point[0]! - other[0]!, point[1]! - other[1]!));
      const nearest = distances.map((d, j) => ({ d, j })).sort((a, b) => a.d - b.d)[1]!.j;
      expect(Math.floor(nearest / 20)).toBe(Math.floor(i / 20));
    });
    expect(tsne(squared, start, { perplexity })).toEqual(points);
  });

  it("has rows whose entropy is the perplexity's, and probabilities that sum to 1", () => {
    // For equidistant points every row is uniform, whatever the width: perplexity n - 1.
    const equal = jointProbabilities(Float64Array.of(0, 1, 1, 1, 0, 1, 1, 1, 0), 3, 2);
    expect([...equal].map((x) => Number(x.toFixed(6)))).toEqual(
      [0, 1, 1, 1, 0, 1, 1, 1, 0].map((x) => Number((x / 6).toFixed(6))),
    );
    const p = jointProbabilities(squared, 60, perplexity);
    expect(p.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 10);
    expect(p[3 * 60 + 5]).toBeCloseTo(p[5 * 60 + 3]!, 15);
  });

  it("follows the loss: the gradient agrees with finite differences, and the loss falls", () => {
    const p = jointProbabilities(squared, 60, perplexity);
    const draw = stream(3, "y");
    const y = Float64Array.from({ length: 120 }, () => draw.normal(0, 1));
    const gradient = tsneGradient(p, y);
    for (const k of [0, 17, 60, 119]) {
      const moved = (by: number) =>
        tsneLoss(
          p,
          y.map((v, i) => (i === k ? v + by : v)),
        );
      expect(gradient[k]).toBeCloseTo((moved(1e-5) - moved(-1e-5)) / 2e-5, 6);
    }
    const placed = Float64Array.from(tsne(squared, start, { perplexity }).flat());
    expect(tsneLoss(p, placed)).toBeLessThan(tsneLoss(p, y) / 2);
  });
});
