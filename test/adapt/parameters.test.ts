import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { useBackend } from "../../adapt/backend/backend.js";
import { type ParameterSpec, sizeOf, toParams, toWeight } from "../../adapt/layers/parameters.js";

beforeAll(() => useBackend());

/** The PyTorch index of one TensorFlow element, found the slow way. */
const CASES: [ParameterSpec, tfIndex: number[], torchIndex: number[]][] = [
  [{ shape: [4, 3, 2, 5], layout: "conv", trainable: true }, [1, 4, 2, 3], [3, 2, 1, 4]],
  [{ shape: [6, 1, 2, 3], layout: "depthwise", trainable: true, channels: 3 }, [1, 2, 2, 0], [4, 0, 1, 2]],
  [{ shape: [4, 3], layout: "linear", trainable: true }, [2, 3], [3, 2]],
  [{ shape: [5], layout: "vector", trainable: true }, [3], [3]],
];

describe.each(CASES)("%j", (spec, tfIndex, torchIndex) => {
  const weight = { shape: spec.shape, data: Float32Array.from({ length: sizeOf(spec.shape) }, (_, i) => i) };

  it("puts each element in its place", () => {
    const tensor = toParams({ w: weight }, { w: spec }).w!;
    const flat = (index: number[], shape: readonly number[]) =>
      index.reduce((at, i, axis) => at * shape[axis]! + i, 0);
    expect(tensor.dataSync()[flat(tfIndex, tensor.shape)]).toBe(flat(torchIndex, spec.shape));
  });

  it("comes back as it was", () => {
    const tensor = toParams({ w: weight }, { w: spec }).w!;
    expect(toWeight(tensor, spec)).toEqual(weight);
  });
});

it("toParams and toWeight leave only what they return", () => {
  const spec = CASES[0]![0];
  const before = tf.memory().numTensors;
  const params = toParams({ w: { shape: spec.shape, data: new Float32Array(120) } }, { w: spec });
  toWeight(params.w!, spec);
  expect(tf.memory().numTensors).toBe(before + 1);
});
