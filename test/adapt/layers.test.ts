import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { useBackend } from "../../adapt/backend/backend.js";
import {
  adaptiveAveragePool,
  averagePool,
  batchNorm,
  dropout,
  type Layer,
  type Mode,
  maxPool,
} from "../../adapt/layers/index.js";
import type { Params } from "../../adapt/layers/parameters.js";
import { stream } from "../../src/shared/rng.js";
import { noise } from "./formula.js";

interface Reference {
  input: number[];
  shape: number[];
  output: number[];
  gradient: number[];
  parameterGradients: Record<string, number[]>;
  buffers: Record<string, number[]>;
}

const fixture = JSON.parse(
  readFileSync(new URL("../fixtures/adapt/layers.json", import.meta.url), "utf8"),
) as Record<string, Reference>;

beforeAll(() => useBackend());

const made = (name: string, shape: readonly number[]) =>
  tf.tensor(
    Float32Array.from(
      noise(
        name,
        shape.reduce((a, b) => a * b, 1),
      ),
    ),
    [...shape],
  );

const close = (found: tf.Tensor, expected: number[], what: string) => {
  const values = found.dataSync();
  expect(values).toHaveLength(expected.length);
  expected.forEach((v, i) => {
    expect(Math.abs(values[i]! - v), `${what}[${i}]`).toBeLessThan(1e-4 * Math.max(1, Math.abs(v)));
  });
};

/** Output and gradients of sum(y sin y) with respect to the input and the named parameters. */
function differentiate(layer: Layer, params: Params, x: tf.Tensor, names: string[], mode?: Mode) {
  let output: tf.Tensor | undefined;
  const { grads } = tf.valueAndGrads((input, ...tensors) => {
    const now = { ...params, ...Object.fromEntries(names.map((n, i) => [n, tensors[i]!])) };
    const y = layer.run(now, input!, mode);
    output = tf.keep(y.clone());
    return tf.sum(tf.mul(y, tf.sin(y)));
  })([x, ...names.map((n) => params[n]!)]);
  return { output: output!, gradients: grads };
}

const POOLS: Record<string, Layer> = {
  "adaptiveAveragePool 6 of 2": adaptiveAveragePool(6),
  "adaptiveAveragePool 3 of 7": adaptiveAveragePool(3),
  "averagePool 2": averagePool(2),
  "maxPool 3 stride 2 padding 1": maxPool({ kernel: 3, stride: 2, padding: 1 }),
  "maxPool 3 stride 2": maxPool({ kernel: 3, stride: 2 }),
  "maxPool 3 stride 2, ceil": maxPool({ kernel: 3, stride: 2, ceil: true }),
  "maxPool 2 stride 2, ceil": maxPool({ kernel: 2, stride: 2, ceil: true }),
};

it.each(Object.entries(POOLS))("%s pools as PyTorch does, backwards too", (name, layer) => {
  const { input, shape, output, gradient } = fixture[name]!;
  const rectified: Layer = name.startsWith("max")
    ? { ...layer, run: (params, x) => layer.run(params, tf.relu(x)) }
    : layer;
  const found = differentiate(rectified, {}, made("x0", input), []);
  expect(found.output.shape).toEqual(shape);
  expect(layer.cost(input.slice(1)).shape).toEqual(shape.slice(1));
  close(found.output, output, "output");
  close(found.gradients[0]!, gradient, "gradient");
});

describe("BatchNorm in training", () => {
  const layer = batchNorm("bn", 3, "linear");
  const start = (): Params => ({
    "bn.weight": made("weight", [3]),
    "bn.bias": made("bias", [3]),
    "bn.running_mean": tf.zeros([3]),
    "bn.running_var": tf.ones([3]),
  });

  function expectAs(name: string, mode: Mode, batches: number, momenta: (number | undefined)[]) {
    const { input, output, gradient, parameterGradients, buffers } = fixture[name]!;
    const params = start();
    for (let k = 0; k < batches; k++) {
      mode.momentum = momenta[k];
      const found = differentiate(layer, params, made(`x${k}`, input), ["bn.weight", "bn.bias"], mode);
      if (k < batches - 1) continue;
      close(found.output, output, "output");
      close(found.gradients[0]!, gradient, "gradient");
      close(found.gradients[1]!, parameterGradients.weight!, "weight");
      close(found.gradients[2]!, parameterGradients.bias!, "bias");
    }
    close(mode.statistics!["bn.running_mean"]!, buffers.running_mean!, "mean");
    close(mode.statistics!["bn.running_var"]!, buffers.running_var!, "variance");
    expect(params["bn.running_mean"]!.dataSync()).toEqual(new Float32Array(3));
  }

  it("is PyTorch's: output, gradients and moved statistics", () => {
    expectAs("batchNorm", { statistics: {} }, 1, [undefined]);
  });

  it("moves the statistics on from batch to batch", () => {
    expectAs("batchNorm, second batch", { statistics: {} }, 2, [undefined, undefined]);
  });

  it("takes the plain mean over batches with momentum 1 / k, as momentum=None does in PyTorch", () => {
    expectAs("batchNorm, cumulative", { statistics: {} }, 2, [1, 1 / 2]);
  });

  it("refuses a batch with one value a channel", () => {
    const run = () => layer.run(start(), tf.ones([1, 1, 1, 3]), { statistics: {} });
    expect(run).toThrow(/^bn: expected more than one value a channel/);
  });
});

describe("dropout", () => {
  const x = () => tf.ones([40, 50]);

  it("is left out at evaluation", () => {
    expect(dropout(0.5).run({}, x()).dataSync()).toEqual(x().dataSync());
  });

  it("zeroes its share, keeps the mean, and is drawn from the stream alone", () => {
    const drawn = (seed: number) =>
      dropout(0.2)
        .run({}, x(), { dropout: stream(seed, "dropout") })
        .dataSync<"float32">();
    const values = drawn(0);
    const zeros = values.filter((v) => v === 0).length / values.length;
    expect(Math.abs(zeros - 0.2)).toBeLessThan(0.04);
    expect(new Set(values)).toEqual(new Set([0, Math.fround(1.25)]));
    expect(drawn(0)).toEqual(values);
    expect(drawn(1)).not.toEqual(values);
  });
});
