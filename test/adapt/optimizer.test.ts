import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { useBackend } from "../../adapt/backend/backend.js";
import { createOptimizer, type OptimizerSpec } from "../../adapt/training/optimizer.js";

const fixture = JSON.parse(
  readFileSync(new URL("../fixtures/adapt/optimizers.json", import.meta.url), "utf8"),
) as { start: number[]; gradients: number[][]; lr: number; steps: Record<string, number[][]> };

const CASES: Record<string, OptimizerSpec> = {
  "sgd, momentum .9": { name: "sgd" },
  "sgd, momentum .9, weight decay .01": { name: "sgd", weightDecay: 0.01 },
  "sgd, no momentum": { name: "sgd", momentum: 0 },
  adamw: { name: "adamw" },
  "adamw, betas .8 .95, weight decay .1": { name: "adamw", betas: [0.8, 0.95], weightDecay: 0.1 },
};

beforeAll(() => useBackend());

describe.each(Object.entries(CASES))("%s", (name, spec) => {
  it("moves as in PyTorch, step by step", () => {
    const optimizer = createOptimizer(spec);
    let value: tf.Tensor = tf.tensor(fixture.start);
    fixture.gradients.forEach((gradient, i) => {
      value = optimizer.step("w", value, tf.tensor(gradient), fixture.lr);
      Array.from(value.dataSync()).forEach((v, k) => {
        expect(v).toBeCloseTo(fixture.steps[name]![i]![k]!, 5);
      });
    });
  });

  it("keeps each name's state apart", () => {
    const optimizer = createOptimizer(spec);
    const gradient = tf.tensor(fixture.gradients[0]!);
    const start = tf.tensor(fixture.start);
    optimizer.step("other", start, gradient, 1);
    const first = optimizer.step("w", start, gradient, fixture.lr).dataSync();
    Array.from(first).forEach((v, k) => {
      expect(v).toBeCloseTo(fixture.steps[name]![0]![k]!, 5);
    });
  });

  it("leaks no tensor, and frees its state", () => {
    const start = tf.tensor(fixture.start);
    const gradient = tf.tensor(fixture.gradients[0]!);
    const before = tf.memory().numTensors;
    const optimizer = createOptimizer(spec);
    for (let i = 0; i < 3; i++) optimizer.step("w", start, gradient, 0.1).dispose();
    optimizer.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
