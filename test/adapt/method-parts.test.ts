/** The closed forms that methods are made of, against slower ones. */
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import type { Model } from "../../adapt/backbones/model.js";
import { useBackend } from "../../adapt/backend/backend.js";
import { featureRows, predict } from "../../adapt/inference/predict.js";
import { foldAdapter, withAdapter } from "../../adapt/methods/adapter.js";
import { dann } from "../../adapt/methods/dann.js";
import { powerTimes } from "../../adapt/methods/matrix-power.js";
import { prototypeLabelled } from "../../adapt/methods/prototypes.js";
import { methods } from "../../adapt/methods/registry.js";
import { pseudoLabelled } from "../../adapt/methods/self-training.js";
import { tent } from "../../adapt/methods/tent.js";
import { noise } from "./formula.js";
import { accuracy, clouds, examplesOf, knownBy, type MadeUp, type Recipe } from "./made-up.js";
import { SHIFTS } from "./shifts.js";
import { maps, pooled, tinyModel, unlabelled, WIDTH } from "./tiny.js";

beforeAll(() => useBackend());

type Matrix = number[][];
const multiply = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) => b[0]!.map((_, j) => row.reduce((sum, v, k) => sum + v * b[k]![j]!, 0)));
const identity = (n: number): Matrix =>
  Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_v, j) => (i === j ? 1 : 0)));

/** The square root and its inverse by Denman and Beavers' iteration. */
function roots(a: Matrix): { root: Matrix; inverse: Matrix } {
  let [y, z] = [a, identity(a.length)];
  for (let i = 0; i < 40; i++) {
    const [yi, zi] = [inverse(y), inverse(z)];
    const mean = (p: Matrix, q: Matrix) => p.map((row, r) => row.map((v, c) => (v + q[r]![c]!) / 2));
    [y, z] = [mean(y, zi), mean(z, yi)];
  }
  return { root: y, inverse: z };
}

/** Gauss and Jordan's elimination; the matrices here are positive definite. */
function inverse(a: Matrix): Matrix {
  const n = a.length;
  const rows = a.map((row, i) => [...row, ...identity(n)[i]!]);
  for (let p = 0; p < n; p++) {
    const pivot = rows[p]![p]!;
    rows[p] = rows[p]!.map((v) => v / pivot);
    for (let r = 0; r < n; r++)
      if (r !== p) {
        const factor = rows[r]![p]!;
        rows[r] = rows[r]!.map((v, c) => v - factor * rows[p]![c]!);
      }
  }
  return rows.map((row) => row.slice(n));
}

function covariance(rows: ArrayLike<number>[], ridge: number): { mean: number[]; matrix: Matrix } {
  const width = rows[0]!.length;
  const channels = Array.from({ length: width }, (_, k) => k);
  const mean = channels.map((k) => rows.reduce((sum, row) => sum + row[k]!, 0) / rows.length);
  const matrix = channels.map((i) =>
    channels.map(
      (j) =>
        rows.reduce((sum, row) => sum + (row[i]! - mean[i]!) * (row[j]! - mean[j]!), 0) / (rows.length - 1) +
        (i === j ? ridge : 0),
    ),
  );
  return { mean, matrix };
}

const meanVariance = (rows: ArrayLike<number>[]): number => {
  const { matrix } = covariance(rows, 0);
  return (
    (matrix.reduce((sum, row, i) => sum + row[i]!, 0) / matrix.length) * ((rows.length - 1) / rows.length)
  );
};

/** The same images with other features. */
const withFeatures = (images: MadeUp, rows: ArrayLike<number>[]): MadeUp =>
  knownBy(images, { get: (id) => Float32Array.from(rows[Number(id.split("/")[1])]!) });

async function expectSamePredictions(a: Model, x: MadeUp, b: Model, y: MadeUp): Promise<void> {
  const [one, other] = [await predict(a, x), await predict(b, y)];
  one.rows.forEach(({ p }, i) => {
    expect(p[0]).toBeCloseTo(other.rows[i]!.p[0]!, 4);
  });
}

describe("a power of a matrix times a vector", () => {
  const values = noise("matrix", 12 * 12);
  const factor = Array.from({ length: 12 }, (_, i) => Array.from(values.slice(12 * i, 12 * i + 12)));
  const transposed = factor[0]!.map((_, j) => factor.map((row) => row[j]!));
  const matrix = multiply(transposed, factor).map((row, i) => row.map((v, j) => v + (i === j ? 0.1 : 0)));
  const times = (v: Float64Array) => v.map((_, i) => matrix[i]!.reduce((sum, a, j) => sum + a * v[j]!, 0));
  const v = Float64Array.from(noise("vector", 12));

  it.each([
    [1 / 2, () => roots(matrix).root],
    [-1 / 2, () => roots(matrix).inverse],
    [1, () => matrix],
  ] as const)("is the dense one's, to the power of %s", (power, dense) => {
    const slow = multiply(
      dense(),
      [...v].map((x) => [x]),
    );
    powerTimes(times, power, v).forEach((x, i) => {
      expect(x).toBeCloseTo(slow[i]![0]!, 8);
    });
  });

  it("is exact of an invariant vector, and of nothing", () => {
    const fourfold = (x: Float64Array) => x.map((y) => 4 * y);
    expect(powerTimes(fourfold, 0.5, Float64Array.of(1, 2))[1]).toBeCloseTo(4, 12);
    expect([...powerTimes(fourfold, 0.5, Float64Array.of(0, 0))]).toEqual([0, 0]);
  });
});

describe("folded heads", () => {
  const model = tinyModel();
  const shift = SHIFTS.coral;
  const source = pooled("source", 60, shift.source);
  const target = pooled("target", 60, shift.target);
  const [s, t] = [source, target].map((e) => e.items.map(({ id }) => e.known.get(id, 0)));

  it("of feature statistics give the logits of aligned features", async () => {
    const adapted = await methods["feature-statistics"]().run({ model, source, target, seed: 0 });
    const channel = (rows: Float32Array[], k: number) => {
      const mean = rows.reduce((sum, r) => sum + r[k]!, 0) / rows.length;
      return {
        mean,
        std: Math.sqrt(rows.reduce((sum, r) => sum + (r[k]! - mean) ** 2, 0) / rows.length + 1e-5),
      };
    };
    const aligned = t!.map((row) =>
      row.map((v, k) => {
        const [from, to] = [channel(t!, k), channel(s!, k)];
        return ((v - from.mean) / from.std) * to.std + to.mean;
      }),
    );
    await expectSamePredictions(adapted, target, model, withFeatures(target, aligned));
  });

  it("of CORAL give the logits of features whitened and coloured by dense roots", async () => {
    const adapted = await methods.coral().run({ model, source, target, seed: 0 });
    const ridge = Math.max(meanVariance(s!), meanVariance(t!));
    const [from, to] = [covariance(t!, ridge), covariance(s!, ridge)];
    const map = multiply(roots(to.matrix).root, roots(from.matrix).inverse);
    const aligned = t!.map((row) => {
      const centred = [...row].map((v, k) => [v - from.mean[k]!]);
      return multiply(map, centred).map(([v], k) => v! + to.mean[k]!);
    });
    await expectSamePredictions(adapted, target, model, withFeatures(target, aligned));
  });

  it("of a trained adapter give the logits of the network that has it", async () => {
    const fresh = withAdapter(model, 3);
    const drawn = Object.fromEntries(
      Object.entries(fresh.weights).map(([name, weight]) => {
        if (!name.startsWith("adapter")) return [name, weight]; // the very array, so that it counts as unmoved
        return [name, { shape: weight.shape, data: Float32Array.from(noise(name, weight.data.length)) }];
      }),
    );
    const trained = { ...fresh, weights: drawn };
    await expectSamePredictions(foldAdapter(trained, model), target, trained, target);
    await expectSamePredictions(foldAdapter(fresh, model), target, model, target);
  });
});

describe("methods from a stage on", () => {
  it("move the stages behind it, and leave BatchNorm's statistics", async () => {
    const offset: Recipe = (draw, sign, channel) => clouds(draw, sign, channel) + 0.5;
    const [source, target] = [maps("source", 32, clouds), unlabelled(maps("target", 32, offset))];
    const model = tinyModel();
    const method = dann({ from: "features", steps: 6, batch: 16 });
    const adapted = await method.run({ model, source, target, seed: 0 });
    for (const [name, { data }] of Object.entries(model.weights)) {
      const same = Buffer.from(data.buffer).equals(Buffer.from(adapted.weights[name]!.data.buffer));
      expect(same, name).toBe(/running/.test(name));
    }
  });
});

it("TENT leaks no tensor in 100 steps", async () => {
  const [source, target] = [maps("source", 32, clouds), unlabelled(maps("target", 32, clouds))];
  const before = tf.memory().numTensors;
  await tent({ epochs: 50, batch: 16 }).run({ model: tinyModel(), source, target, seed: 0 });
  expect(tf.memory().numTensors).toBe(before);
});

describe("pseudo-labels", () => {
  it("are equally many a class, of the surest images, even where one class is hardly ever predicted", async () => {
    const model = await methods["source-only"]().run({
      model: tinyModel(),
      source: pooled("source", 200, clouds),
      seed: 0,
    });
    const lopsided: Recipe = (draw, sign, channel) => clouds(draw, sign, channel) + (channel < 8 ? 1.5 : 0);
    const target = pooled("target", 100, lopsided);
    expect(accuracy(await predict(model, target), target)).toBeLessThan(0.7);
    const { items, classes } = await pseudoLabelled(model, target, 0.4);
    expect(items.filter((i) => i.label === "ants")).toHaveLength(20);
    const surest = [...(await predict(model, target)).rows].sort((a, b) => b.p[1]! - a.p[1]!).slice(0, 20);
    const bees = items.filter((i) => i.label === "bees").map((i) => i.id);
    expect(bees.sort()).toEqual(surest.map((r) => r.id).sort());
    expect(classes).toEqual(model.classes);
  });
});

it("pooled features have the head's width", () => {
  expect(featureRows(tinyModel(), examplesOf(maps("x", 2, clouds)))[0]).toHaveLength(WIDTH);
});

describe("prototypes", () => {
  it("label every image by the nearest cluster's class, without looking at a label", async () => {
    const source = pooled("source", 200, SHIFTS.prototypes.source);
    const target = pooled("target", 200, SHIFTS.prototypes.target);
    const model = await methods["source-only"]().run({ model: tinyModel(), source, seed: 0 });
    const { items } = await prototypeLabelled(model, unlabelled(target));
    const correct = items.filter(({ label }, i) => label === target.items[i]!.label).length;
    expect(correct / items.length).toBeGreaterThan(accuracy(await predict(model, target), target) + 0.1);
    expect(items.map(({ id }) => id)).toEqual(target.items.map(({ id }) => id));
  });
});
