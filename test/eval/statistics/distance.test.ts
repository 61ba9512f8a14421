import { describe, expect, it } from "vitest";
import {
  crossValidatedError,
  domainDistances,
  kernelDistance,
  mmdTest,
  proxyADistance,
} from "../../../eval/statistics/distance.js";
import { type Features, stackRows, takeRows } from "../../../eval/statistics/features.js";
import { fitLogistic } from "../../../eval/statistics/logistic.js";
import { stream } from "../../../src/shared/rng.js";
import { asFeatures, reference } from "../reference.js";

const expected = reference.distances;
const a = asFeatures(expected.a);
const b = asFeatures(expected.b);

function gaussian(rows: number, columns: number, shift: number, seed: number): Features {
  const draw = stream(seed, "gaussian");
  const data = Float32Array.from({ length: rows * columns }, () => draw.normal(shift, 1));
  return { rows, columns, data };
}

describe("logistic regression", () => {
  it("agrees with scikit-learn", () => {
    const x = stackRows(takeRows(a, [...Array(26).keys()]), b);
    const y = Array.from({ length: 52 }, (_, i) => (i < 26 ? 1 : -1));
    const { weights, bias } = fitLogistic(x, y);
    [...weights].forEach((w, k) => {
      expect(w).toBeCloseTo(expected.logistic.weights[k], 5);
    });
    expect(bias).toBeCloseTo(expected.logistic.bias, 5);
  });

  it("cross-validates to scikit-learn's error", () => {
    const x = stackRows(takeRows(a, [...Array(26).keys()]), b);
    const y = Array.from({ length: 52 }, (_, i) => (i < 26 ? 1 : -1));
    expect(crossValidatedError(x, y, (i) => (i % 26) % 5)).toBeCloseTo(expected.crossValidatedError, 12);
  });
});

describe("MMD and kernel distance", () => {
  it("agree with scikit-learn's kernels", () => {
    const { mmd2, bandwidth } = mmdTest(a, b);
    expect(bandwidth).toBeCloseTo(expected.bandwidth, 6);
    expect(mmd2).toBeCloseTo(expected.mmd2, 6);
    expect(kernelDistance(a, b)).toBeCloseTo(expected.kernel, 6);
  });

  it("tell shifted samples apart, and equal ones not", () => {
    expect(mmdTest(gaussian(40, 5, 0, 1), gaussian(40, 5, 1, 2)).p).toBeLessThan(0.01);
    expect(mmdTest(gaussian(40, 5, 0, 1), gaussian(40, 5, 0, 2)).p).toBeGreaterThan(0.05);
  });

  it("have a p of about uniform under equality", () => {
    const p = Array.from(
      { length: 40 },
      (_, s) => mmdTest(gaussian(15, 3, 0, 10 + s), gaussian(15, 3, 0, 100 + s), { permutations: 99 }).p,
    );
    expect(p.filter((x) => x <= 0.5).length).toBeGreaterThan(10);
    expect(p.filter((x) => x <= 0.5).length).toBeLessThan(30);
  });
});

describe("proxy A-distance", () => {
  it("is 2 for separable domains and near 0 for equal ones", () => {
    expect(proxyADistance(gaussian(40, 4, 0, 1), gaussian(60, 4, 30, 2))).toBe(2);
    expect(proxyADistance(gaussian(200, 2, 0, 1), gaussian(200, 2, 0, 2))).toBeLessThan(0.35);
  });

  it("depends on the seed alone", () => {
    expect(proxyADistance(a, b, { seed: 3 })).toBe(proxyADistance(a, b, { seed: 3 }));
  });
});

it("distances of shifted domains stand above their floors", () => {
  const { proxyA, mmd2, kernel } = domainDistances(gaussian(60, 6, 1, 1), gaussian(60, 6, 0, 2));
  expect(proxyA.value).toBeGreaterThan(proxyA.floor);
  expect(mmd2.mmd2).toBeGreaterThan(mmd2.floor);
  expect(mmd2.p).toBeLessThan(0.01);
  expect(mmd2.floorP).toBeGreaterThan(0.01);
  expect(kernel.value).toBeGreaterThan(kernel.floor);
});
