/** Every loss against plain loops, and its gradient against finite differences. */
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { useBackend } from "../../adapt/backend/backend.js";
import {
  domainLoss,
  multilinearMap,
  reversalWeight,
  reverseGradient,
} from "../../adapt/losses/adversarial.js";
import { classConfusion } from "../../adapt/losses/class-confusion.js";
import { consistencyLoss } from "../../adapt/losses/consistency.js";
import { coralLoss } from "../../adapt/losses/coral.js";
import { crossEntropy } from "../../adapt/losses/cross-entropy.js";
import { informationMaximisation, meanEntropy } from "../../adapt/losses/entropy.js";
import { mmdLoss } from "../../adapt/losses/mmd.js";
import { l2spPenalty } from "../../adapt/training/l2sp-penalty.js";
import { noise } from "./formula.js";

beforeAll(() => useBackend());

type Rows = number[][];

/** Rows of numbers in [-scale, scale), by the formula. */
function rows(name: string, n: number, d: number, scale = 2): Rows {
  const values = noise(name, n * d);
  return Array.from({ length: n }, (_, i) => Array.from({ length: d }, (_, k) => scale * values[i * d + k]!));
}

const softmax = (row: number[]) => {
  const weights = row.map(Math.exp);
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((w) => w / sum);
};
const entropy = (p: number[]) => -p.reduce((sum, q) => sum + q * Math.log(q), 0);
const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const column = (of: Rows, k: number) => of.map((row) => row[k]!);

function covariance(of: Rows): Rows {
  const means = of[0]!.map((_, k) => mean(column(of, k)));
  return means.map((mi, i) =>
    means.map((mj, j) => {
      let sum = 0;
      for (const row of of) sum += (row[i]! - mi) * (row[j]! - mj);
      return sum / (of.length - 1);
    }),
  );
}

function slowCoral(s: Rows, t: Rows): number {
  const [cs, ct] = [covariance(s), covariance(t)];
  let sum = 0;
  for (const [i, row] of cs.entries()) for (const [j, v] of row.entries()) sum += (v - ct[i]![j]!) ** 2;
  return sum / (4 * s[0]!.length ** 2);
}

function slowMmd(s: Rows, t: Rows): number {
  const all = [...s, ...t];
  const distance = (a: number[], b: number[]) => a.reduce((sum, v, k) => sum + (v - b[k]!) ** 2, 0);
  let total = 0;
  for (const a of all) for (const b of all) total += distance(a, b);
  const bandwidth = total / (all.length * (all.length - 1));
  const kernel = (a: number[], b: number[]) =>
    mean([0.25, 0.5, 1, 2, 4].map((multiple) => Math.exp(-distance(a, b) / (multiple * bandwidth))));
  const between = (x: Rows, y: Rows) => mean(x.flatMap((a) => y.map((b) => kernel(a, b))));
  return between(s, s) + between(t, t) - 2 * between(s, t);
}

function slowConfusion(logits: Rows): number {
  const p = logits.map((row) => softmax(row.map((v) => v / 2.5)));
  const certainty = p.map((row) => 1 + Math.exp(-entropy(row)));
  const total = certainty.reduce((a, b) => a + b, 0);
  const classes = p[0]!.length;
  let confusion = 0;
  for (let j = 0; j < classes; j++) {
    const row = Array.from({ length: classes }, (_, k) =>
      p.reduce((sum, q, i) => sum + q[j]! * ((p.length * certainty[i]!) / total) * q[k]!, 0),
    );
    const norm = row.reduce((a, b) => a + b, 0);
    row.forEach((v, k) => {
      if (k !== j) confusion += v / norm;
    });
  }
  return confusion / classes;
}

function slowConsistency(weak: Rows, strong: Rows, threshold: number): number {
  let sum = 0;
  weak.forEach((row, i) => {
    const p = softmax(row);
    const best = Math.max(...p);
    if (best >= threshold) sum -= Math.log(softmax(strong[i]!)[p.indexOf(best)]!);
  });
  return sum / weak.length;
}

const slowInformation = (logits: Rows): number => {
  const p = logits.map(softmax);
  const marginal = p[0]!.map((_, k) => mean(column(p, k)));
  return mean(p.map(entropy)) - -marginal.reduce((sum, q) => sum + q * Math.log(q + 1e-5), 0);
};

const slowDomain = (s: Rows, t: Rows): number => {
  const sigmoid = (v: number) => 1 / (1 + Math.exp(-v));
  return (
    (mean(s.map(([v]) => -Math.log(sigmoid(v!)))) + mean(t.map(([v]) => -Math.log(1 - sigmoid(v!))))) / 2
  );
};

const labels = [0, 2, 1, 1, 0];
const other = rows("other", 6, 3);

interface Case {
  at: Rows;
  fast(x: tf.Tensor2D): tf.Scalar;
  slow(x: Rows): number;
  /** Where part of a loss passes no gradient on, its slow form is no help with derivatives. */
  smooth?: false;
}

const CASES: Record<string, Case> = {
  "cross entropy": {
    at: rows("a", 5, 3),
    fast: (x) => crossEntropy(x, tf.tensor1d(labels, "int32")),
    slow: (x) => -mean(x.map((row, i) => Math.log(softmax(row)[labels[i]!]!))),
  },
  "mean entropy": {
    at: rows("b", 5, 3),
    fast: meanEntropy,
    slow: (x) => mean(x.map((row) => entropy(softmax(row)))),
  },
  "information maximisation": { at: rows("c", 5, 3), fast: informationMaximisation, slow: slowInformation },
  "Deep CORAL": {
    at: rows("d", 5, 3),
    fast: (x) => coralLoss(x, tf.tensor2d(other)),
    slow: (x) => slowCoral(x, other),
  },
  MMD: {
    at: rows("e", 5, 3),
    fast: (x) => mmdLoss(x, tf.tensor2d(other)),
    slow: (x) => slowMmd(x, other),
    smooth: false,
  },
  "class confusion": {
    at: rows("f", 5, 3),
    fast: (x) => classConfusion(x),
    slow: slowConfusion,
    smooth: false,
  },
  consistency: {
    at: rows("g", 6, 3),
    fast: (x) => consistencyLoss(tf.tensor2d(other), x, 0.6),
    slow: (x) => slowConsistency(other, x, 0.6),
  },
  "domain loss": {
    at: rows("h", 5, 1),
    fast: (x) => domainLoss(x, tf.tensor2d(rows("i", 6, 1))),
    slow: (x) => slowDomain(x, rows("i", 6, 1)),
  },
  "L2-SP": {
    at: rows("j", 4, 2),
    fast: (x) => {
      const anchors = { w: tf.tensor2d(rows("k", 4, 2)) };
      return l2spPenalty({ w: x, head: x }, anchors, ["w", "head"], { alpha: 0.3, beta: 0.7 });
    },
    slow: (x) => {
      const k = rows("k", 4, 2);
      let sum = 0;
      x.forEach((row, i) => {
        row.forEach((v, j) => {
          sum += 0.15 * (v - k[i]![j]!) ** 2 + 0.35 * v ** 2;
        });
      });
      return sum;
    },
  },
};

describe.each(Object.entries(CASES))("%s", (_name, { at, fast, slow }) => {
  it("is what plain loops give", () => {
    expect(tf.tidy(() => fast(tf.tensor2d(at)).dataSync()[0]!)).toBeCloseTo(slow(at), 5);
  });

  it("leaks no tensor", () => {
    const x = tf.tensor2d(at);
    const before = tf.memory().numTensors;
    tf.dispose(tf.tidy(() => fast(x)));
    expect(tf.memory().numTensors).toBe(before);
  });
});

const SMOOTH = Object.entries(CASES).filter(([, { smooth }]) => smooth !== false);
it.each(SMOOTH)("%s has the gradient of finite differences", (_name, { at, fast, slow }) => {
  const gradient = tf.tidy(() =>
    tf
      .grad((x) => fast(x as tf.Tensor2D))(tf.tensor2d(at))
      .dataSync(),
  );
  const step = 1e-5;
  at.forEach((row, i) => {
    row.forEach((_v, k) => {
      const shifted = (by: number) => at.map((r, a) => r.map((v, b) => (a === i && b === k ? v + by : v)));
      const slope = (slow(shifted(step)) - slow(shifted(-step))) / (2 * step);
      expect(gradient[i * row.length + k]!).toBeCloseTo(slope, 4);
    });
  });
});

describe("losses that hold a part still", () => {
  it("MMD falls along its gradient, and is 0 between equal batches", () => {
    const [s, t] = [tf.tensor2d(rows("e", 5, 3)), tf.tensor2d(other)];
    const moved = tf.tidy(() => tf.sub(s, tf.mul(0.5, tf.grad((x) => mmdLoss(x as tf.Tensor2D, t))(s))));
    const value = (x: tf.Tensor) => mmdLoss(x as tf.Tensor2D, t).dataSync()[0]!;
    expect(value(moved)).toBeLessThan(value(s));
    expect(Math.abs(mmdLoss(t, t).dataSync()[0]!)).toBeLessThan(1e-6);
  });

  it("class confusion has the gradient of finite differences with its weights held", () => {
    const at = rows("f", 5, 3);
    const certainty = at.map((row) => 1 + Math.exp(-entropy(softmax(row.map((v) => v / 2.5)))));
    const total = certainty.reduce((a, b) => a + b, 0);
    const held = (logits: Rows): number => {
      const p = logits.map((row) => softmax(row.map((v) => v / 2.5)));
      let sum = 0;
      for (let j = 0; j < 3; j++) {
        const row = [0, 1, 2].map((k) =>
          p.reduce((s, q, i) => s + (q[j]! * q[k]! * 5 * certainty[i]!) / total, 0),
        );
        sum += 1 - row[j]! / row.reduce((a, b) => a + b, 0);
      }
      return sum / 3;
    };
    const gradient = tf.tidy(() =>
      tf
        .grad((x) => classConfusion(x as tf.Tensor2D))(tf.tensor2d(at))
        .dataSync(),
    );
    at.forEach((row, i) => {
      row.forEach((_v, k) => {
        const by = (h: number) => held(at.map((r, a) => r.map((v, b) => (a === i && b === k ? v + h : v))));
        expect(gradient[i * 3 + k]!).toBeCloseTo((by(1e-5) - by(-1e-5)) / 2e-5, 4);
      });
    });
  });

  it("consistency below the threshold is 0 and has a gradient of 0", () => {
    const unsure = tf.zeros([4, 3]) as tf.Tensor2D;
    const strong = tf.tensor2d(rows("s", 4, 3));
    expect(consistencyLoss(unsure, strong, 0.9).dataSync()[0]).toBeCloseTo(0, 12);
    const gradient = tf.grad((x) => consistencyLoss(unsure, x as tf.Tensor2D, 0.9))(strong);
    expect(Array.from(gradient.dataSync()).every((v) => v === 0)).toBe(true);
  });
});

describe("adversarial parts", () => {
  it("reverse and scale the gradient, and leave the value", () => {
    const x = tf.tensor1d([1, 2, 3]);
    expect(Array.from(reverseGradient(x, 0.5).dataSync())).toEqual([1, 2, 3]);
    const gradient = tf.grad((v) => tf.sum(tf.square(reverseGradient(v, 0.5))))(x);
    expect(Array.from(gradient.dataSync())).toEqual([-1, -2, -3]);
  });

  it("weigh the reversal from 0 to 1", () => {
    expect(reversalWeight(0)).toBe(0);
    expect(reversalWeight(0.5)).toBeCloseTo(0.98661, 5);
    expect(reversalWeight(1)).toBeGreaterThan(0.9999);
  });

  it("map features by predictions, row by row", () => {
    const [f, p] = [rows("f", 2, 3), rows("p", 2, 2)];
    const slow = f.flatMap((row, i) => row.flatMap((v) => p[i]!.map((q) => v * q)));
    multilinearMap(tf.tensor2d(f), tf.tensor2d(p))
      .dataSync()
      .forEach((v, k) => {
        expect(v).toBeCloseTo(slow[k]!, 5);
      });
  });
});
