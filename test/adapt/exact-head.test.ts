/** Exact heads: the regression against scikit-learn's, and what is folded into the head. */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { backbones } from "../../adapt/backbones/registry.js";
import { useBackend } from "../../adapt/backend/backend.js";
import { pooledFeatures, predict } from "../../adapt/inference/predict.js";
import { averageWeights } from "../../adapt/training/average.js";
import { checkLinearHead, fitHead, fitHeads } from "../../adapt/training/exact-head.js";
import { type SoftmaxRegression, softmaxRegression } from "../../adapt/training/softmax-regression.js";
import { packageFile } from "../../src/shared/roots.js";
import { clouds } from "./made-up.js";
import { pooled, tinyModel } from "./tiny.js";

beforeAll(() => useBackend());

interface Case {
  classes: number;
  c: number;
  x: number[][];
  y: number[];
  weights: number[];
  probabilities: number[][];
}

const cases = JSON.parse(readFileSync(packageFile("test/fixtures/adapt/logistic.json"), "utf8")) as Case[];

const softmax = (scores: number[]) => {
  const exp = scores.map((s) => Math.exp(s - Math.max(...scores)));
  return exp.map((e) => e / exp.reduce((a, b) => a + b));
};

describe.each(cases)(
  "logistic regression of $classes classes at C = $c",
  ({ classes, c, x, y, weights, probabilities }) => {
    const rows = x.map((row) => Float32Array.from(row));
    const solve = (start?: ReturnType<typeof softmaxRegression>) =>
      softmaxRegression({ rows, labels: y, weights }, { classes, c, intercept: true, start });

    it("ends where scikit-learn's does, from any start", () => {
      const first = solve();
      for (const solution of [first, solve({ ...first, biases: first.biases.map((b) => b + 3) })])
        for (const [i, row] of x.entries()) {
          const scores = solution.weights.map(
            (w, k) => solution.biases[k]! + w.reduce((sum, v, j) => sum + v * row[j]!, 0),
          );
          softmax(scores).forEach((p, k) => {
            expect(Math.abs(p - probabilities[i]![k]!)).toBeLessThan(1e-4);
          });
        }
    });
  },
);

interface Wide {
  count: number;
  width: number;
  shift: number;
  cases: { c: number; scores: number[] }[];
}

const wide = JSON.parse(readFileSync(packageFile("test/fixtures/adapt/logistic-wide.json"), "utf8")) as Wide;

describe.each(wide.cases)("regression on wide rows held as weakly as C = $c", ({ c, scores }) => {
  const rows = wideRows(wide);
  const labels = rows.map((_, i) => i % 2);
  const solve = (c: number, start?: SoftmaxRegression) =>
    softmaxRegression({ rows, labels }, { classes: 2, c, intercept: false, start });

  it("gives scikit-learn's scores, from nothing and from another strength's solution", () => {
    for (const { weights } of [solve(c), solve(c, solve(0.1))])
      for (const [i, row] of rows.entries()) {
        const [a, b] = weights.map((w) => w.reduce((sum, v, j) => sum + v * row[j]!, 0));
        expect(Math.abs(b! - a! - scores[i]!)).toBeLessThan(5e-3);
      }
  });
});

/** As the fixture's script makes them. */
function wideRows({ count, width, shift }: Wide): Float32Array[] {
  return Array.from({ length: count }, (_, i) => {
    const row = Array.from({ length: width }, (_, j) => {
      const hashed = Math.imul(i * width + j, 2654435761 | 0) >>> 0;
      return hashed / 2 ** 32 + (j < 40 && i % 2 ? shift : 0);
    });
    const norm = Math.hypot(...row);
    return Float32Array.from(row, (v) => v / norm);
  });
}

describe("an exact head", () => {
  const images = pooled("train", 60, clouds);

  it("of standardised features is the regression on them, folded without a rest", async () => {
    const model = await fitHead(tinyModel(), [{ images, weight: 1 }], { scaling: "standardised", c: 0.1 });
    const features = await pooledFeatures(tinyModel(), images);
    const scaled = standardised(features);
    const labels = images.items.map(({ label }) => model.classes.indexOf(label));
    const { weights, biases } = softmaxRegression(
      { rows: scaled.map((row) => Float32Array.from(row)), labels },
      { classes: 2, c: 0.1, intercept: true },
    );
    const { rows } = await predict(model, images);
    for (const [i, { p }] of rows.entries()) {
      const scores = weights.map((w, k) => biases[k]! + w.reduce((sum, v, j) => sum + v * scaled[i]![j]!, 0));
      expect(p[0]).toBeCloseTo(softmax(scores)[0]!, 4);
    }
  });

  it("of normalised features ranks classes as the regression does, and moves the head alone", async () => {
    const start = tinyModel();
    const model = await fitHead(start, [{ images, weight: 1 }], { scaling: "normalised", c: 1 });
    const features = await pooledFeatures(start, images);
    const norm = (row: Float32Array) => Math.sqrt(row.reduce((sum, v) => sum + v * v, 0));
    const labels = images.items.map(({ label }) => model.classes.indexOf(label));
    const scaled = features.map((row) => row.map((v) => v / norm(row)));
    const { weights } = softmaxRegression({ rows: scaled, labels }, { classes: 2, c: 1, intercept: false });
    const { rows } = await predict(model, images);
    for (const [i, { p }] of rows.entries()) {
      const scores = weights.map((w) => w.reduce((sum, v, j) => sum + v * scaled[i]![j]!, 0));
      expect(p[0]! > p[1]!).toBe(scores[0]! > scores[1]!);
    }
    const moved = Object.keys(model.weights).filter((name) => model.weights[name] !== start.weights[name]);
    expect(moved.sort()).toEqual(["classifier.bias", "classifier.weight"]);
  });

  it("weighs domains by their weight, not by their size", async () => {
    const more = pooled("other", 240, (draw, sign, channel) => -clouds(draw, sign, channel));
    const share = async (weight: number) => {
      const on = [
        { images, weight: 1 },
        { images: more, weight },
      ];
      const model = await fitHead(tinyModel(), on, { scaling: "standardised", c: 0.1 });
      const { rows } = await predict(model, images);
      return (
        rows.filter(({ p, label }) => model.classes[p[0]! > p[1]! ? 0 : 1] === label).length / rows.length
      );
    };
    expect(await share(0.2)).toBeGreaterThan(0.9);
    expect(await share(5)).toBeLessThan(0.2);
  });

  it("at several strengths is each strength's own", async () => {
    const on = [{ images, weight: 1 }];
    const [, second] = await fitHeads(tinyModel(), on, { scaling: "normalised", strengths: [0.1, 10] });
    const alone = await fitHead(tinyModel(), on, { scaling: "normalised", c: 10 });
    const head = alone.weights["classifier.weight"]!.data;
    second!.weights["classifier.weight"]!.data.forEach((v, i) => {
      expect(Math.abs(v - head[i]!)).toBeLessThan(1e-3);
    });
  });

  it("is refused where the head is no linear layer on pooled features", () => {
    expect(() => checkLinearHead(backbones.squeezenet1_0.card)).toThrow(
      /optimizer: expected sgd or adamw, found "exact": the head of squeezenet1_0 is not linear/,
    );
  });
});

function standardised(rows: Float32Array[]): number[][] {
  const n = rows.length;
  const mean = rows[0]!.map((_, j) => rows.reduce((sum, row) => sum + row[j]! / n, 0));
  const deviation = rows[0]!.map((_, j) =>
    Math.sqrt(rows.reduce((sum, row) => sum + (row[j]! - mean[j]!) ** 2 / n, 0)),
  );
  return rows.map((row) => [...row].map((v, j) => (v - mean[j]!) / deviation[j]!));
}

describe("averaged weights", () => {
  it("are refused between networks or classes that differ", () => {
    const other = { ...tinyModel(), classes: ["ants", "wasps"] };
    expect(() => averageWeights(other, tinyModel(), 0.5)).toThrow(
      /average: expected tiny for ants, bees, found tiny for ants, wasps/,
    );
  });
});
