import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { backbones } from "../../adapt/backbones/registry.js";
import { useBackend } from "../../adapt/backend.js";
import { crossEntropy } from "../../adapt/losses.js";
import { forward, type Network, parametersOf } from "../../adapt/network.js";
import { sizeOf, toParams, toWeight } from "../../adapt/parameters.js";
import { formulaWeights, noise } from "./formula.js";

interface Reference {
  logits: number[][];
  loss: number;
  gradients: Record<string, { norm: number; index: number[]; values: number[] }>;
}

const fixture = JSON.parse(
  readFileSync(new URL("../fixtures/adapt/mobilenet_v2.json", import.meta.url), "utf8"),
) as {
  size: number;
  classes: number;
  batch: number;
  labels: number[];
  symmetric: Reference;
  same: Reference;
};

beforeAll(() => useBackend("wasm"));

function inputs(network: Network) {
  const { batch, size } = fixture;
  const params = toParams(formulaWeights(parametersOf(network)), parametersOf(network));
  const x = tf.tensor4d(Float32Array.from(noise("input", batch * size * size * 3)), [batch, size, size, 3]);
  return { params, x };
}

describe.each([
  ["mobilenet_v2", "symmetric"],
  ["tf_mobilenet_v2", "same"],
] as const)("%s against PyTorch (%s padding)", (name, padding) => {
  const network = backbones[name].network(fixture.classes);
  const reference = fixture[padding];
  const specs = parametersOf(network);

  it("gives the same logits within 1e-4", () => {
    const { params, x } = inputs(network);
    const logits = Array.from(forward(network, params, x).dataSync());
    const largest = Math.max(...reference.logits.flat().map(Math.abs));
    logits.forEach((v, i) => {
      expect(Math.abs(v - reference.logits.flat()[i]!)).toBeLessThan(1e-4 * largest);
    });
  });

  it("gives the same gradient of every parameter within 1e-3", () => {
    const { params, x } = inputs(network);
    const names = Object.keys(specs).filter((n) => specs[n]!.trainable);
    expect(names.sort()).toEqual(Object.keys(reference.gradients).sort());
    const lossOf = (...tensors: tf.Tensor[]) => {
      const now = { ...params, ...Object.fromEntries(names.map((n, i) => [n, tensors[i]!])) };
      const logits = forward(network, now, x) as tf.Tensor2D;
      return crossEntropy(logits, tf.tensor1d(fixture.labels, "int32"));
    };
    const { value, grads } = tf.valueAndGrads(lossOf)(names.map((n) => params[n]!));
    expect(value.dataSync()[0]).toBeCloseTo(reference.loss, 3);
    names.forEach((n, i) => {
      const { data } = toWeight(grads[i]!, specs[n]!);
      const { norm, index, values } = reference.gradients[n]!;
      const length = Math.sqrt(data.reduce((sum, v) => sum + v * v, 0));
      expect(Math.abs(length / norm - 1), `norm of ${n}`).toBeLessThan(1e-3);
      index.forEach((at, k) => {
        expect(Math.abs(data[at]! - values[k]!), `${n}[${at}]`).toBeLessThan(1e-3 * norm);
      });
    });
  });

  it("cut anywhere gives the same as whole", () => {
    const { params, x } = inputs(network);
    const whole = forward(network, params, x).dataSync();
    for (const cut of ["features.0", "features.7", "features.18", "pool", "classifier"]) {
      const middle = forward(network, params, x, { to: cut });
      expect(forward(network, params, middle, { from: cut }).dataSync()).toEqual(whole);
    }
  });

  it("states its own size", () => {
    const trainable = Object.values(parametersOf(backbones[name].network(1000))).filter((s) => s.trainable);
    expect(trainable.reduce((sum, s) => sum + sizeOf(s.shape), 0)).toBe(backbones[name].card.parameters);
    expect(network.map((s) => s.name)).toEqual(backbones[name].card.stages);
  });
});

it("names the stages where one does not exist", () => {
  const network = backbones.mobilenet_v2.network(2);
  expect(() => parametersOf(network, { from: "layer4" })).toThrow(
    /^stage: expected one of features.0, .*found "layer4"$/,
  );
});
