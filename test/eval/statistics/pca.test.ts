import { describe, expect, it } from "vitest";
import { columnScale, type Features } from "../../../eval/statistics/features.js";
import { principalComponents } from "../../../eval/statistics/pca.js";
import { stream } from "../../../src/shared/rng.js";

/** Rows along one direction of 5 columns, with a little across. */
function cloud(rows: number): Features {
  const draw = stream(1, "cloud");
  const data = new Float64Array(rows * 5);
  for (let i = 0; i < rows; i++) {
    const [along, across] = [draw.normal(0, 3), draw.normal(0, 1)];
    data.set([7 + 0.6 * along, 0.8 * along, across, 0, 0.1 * draw.normal(0, 1)], 5 * i);
  }
  return { rows, columns: 5, data };
}

describe("principalComponents", () => {
  const features = cloud(60);
  const { points, explained } = principalComponents(features);

  it("finds the known directions and their shares of the variance", () => {
    const along = points.map(([x]) => x!);
    const known = Array.from(
      { length: 60 },
      (_, i) => 0.6 * features.data[5 * i]! + 0.8 * features.data[5 * i + 1]!,
    );
    expect(Math.abs(correlation(along, known))).toBeGreaterThan(0.999);
    expect(explained[0]).toBeGreaterThan(0.8);
    expect(explained[0]! + explained[1]!).toBeGreaterThan(0.99);
  });

  it("has uncorrelated, centred components whose variances are the shares of the columns' variance", () => {
    const [first, second] = [0, 1].map((k) => points.map((p) => p[k]!));
    expect(mean(first!)).toBeCloseTo(0, 8);
    expect(correlation(first!, second!)).toBeCloseTo(0, 5);
    const { stds } = columnScale(features);
    // A constant column's deviation is given as 1.
    const total = [0, 1, 2, 4].reduce((sum, k) => sum + stds[k]! ** 2, 0);
    expect(mean(first!.map((x) => x * x)) / total).toBeCloseTo(explained[0]!, 8);
  });

  it("keeps the distances of points that lie in a plane", () => {
    const flat: Features = { rows: 3, columns: 4, data: Float32Array.of(0, 0, 1, 1, 3, 0, 1, 1, 0, 4, 1, 1) };
    const [a, b, c] = principalComponents(flat).points as [number[], number[], number[]];
    expect(Math.hypot(a[0]! - b[0]!, a[1]! - b[1]!)).toBeCloseTo(3, 8);
    expect(Math.hypot(c[0]! - b[0]!, c[1]! - b[1]!)).toBeCloseTo(5, 8);
  });

  it("puts equal rows on one point", () => {
    const same: Features = { rows: 3, columns: 2, data: Float32Array.of(1, 2, 1, 2, 1, 2) };
    expect(principalComponents(same)).toEqual({
      points: [
        [0, 0],
        [0, 0],
        [0, 0],
      ],
      explained: [0, 0],
    });
  });
});

const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;

function correlation(a: number[], b: number[]): number {
  const [ma, mb] = [mean(a), mean(b)];
  const product = (x: number[], mx: number, y: number[], my: number) =>
    mean(x.map((v, i) => (v - mx) * (y[i]! - my)));
  return product(a, ma, b, mb) / Math.sqrt(product(a, ma, a, ma) * product(b, mb, b, mb));
}
