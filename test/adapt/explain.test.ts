import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { backboneDefinition } from "../../adapt/backbones/definition.js";
import { backbones } from "../../adapt/backbones/registry.js";
import { useBackend } from "../../adapt/backend/backend.js";
import type { UnlabeledExamples } from "../../adapt/images/examples.js";
import { gradCam, mapStage } from "../../adapt/inference/grad-cam.js";
import { globalAveragePool, type Layer, linear } from "../../adapt/layers/index.js";
import { costOf, type Network, parametersOf, stage } from "../../adapt/layers/network.js";
import { sizeOf, type Weights } from "../../adapt/layers/parameters.js";
import { stream } from "../../src/shared/rng.js";
import { formulaWeights } from "./formula.js";

const SHAPE = [3, 2, 4];

const itemOf = (id: string) => ({ id, path: id, split: "all" });

/** Random feature maps that enter the stage "pool". */
function maps(count: number): UnlabeledExamples {
  const items = Array.from({ length: count }, (_, i) => itemOf(String(i)));
  const get = (id: string) => {
    const draw = stream(5, "map", id);
    return Float32Array.from({ length: 3 * 2 * 4 }, () => draw.uniform(0, 2));
  };
  return { items, activations: { layer: "pool", shape: SHAPE, views: [0], get } };
}

function randomWeights(network: Network): Weights {
  const entries = Object.entries(parametersOf(network)).map(([name, { shape }]) => {
    const draw = stream(9, name);
    const size = shape.reduce((a, b) => a * b, 1);
    return [name, { shape, data: Float32Array.from({ length: size }, () => draw.normal(0, 1)) }] as const;
  });
  return Object.fromEntries(entries);
}

const LINEAR: Network = [stage("pool", globalAveragePool), stage("head", linear("fc", 4, 2))];
const tanh: Layer = {
  parameters: {},
  run: (_params, x) => tf.tanh(x),
  cost: (shape) => ({ shape, multiplyAdds: 0, values: 0 }),
};
/** Two layers behind the pool, as AlexNet and VGG have, so that the gradient depends on the image. */
const DEEP: Network = [
  stage("pool", globalAveragePool),
  stage("classifier.0", linear("a", 4, 3)),
  stage("classifier.1", tanh),
  stage("classifier.2", linear("b", 3, 2)),
];

describe("gradCam", () => {
  beforeAll(async () => {
    await useBackend();
  });

  it("is the class activation map where a linear head follows the pool", () => {
    const weights = randomWeights(LINEAR);
    const examples = maps(40);
    const outputs = examples.items.map((_, i) => i % 2);
    const { shape, data } = gradCam({ network: LINEAR, weights }, examples, outputs);
    expect(shape).toEqual([40, 3, 2]);
    examples.items.forEach(({ id }, i) => {
      const map = examples.activations.get(id, 0);
      for (let place = 0; place < 6; place++) {
        let sum = 0;
        for (let k = 0; k < 4; k++)
          sum += (weights["fc.weight"]!.data[outputs[i]! * 4 + k]! * map[place * 4 + k]!) / 6;
        expect(data[i * 6 + place]).toBeCloseTo(Math.max(0, sum), 5);
      }
    });
  });

  it("agrees with finite differences of the logit through two layers", () => {
    const weights = randomWeights(DEEP);
    const examples = maps(3);
    const { data } = gradCam({ network: DEEP, weights }, examples, [1, 0, 1]);
    examples.items.forEach(({ id }, i) => {
      const expected = byDifferences(examples.activations.get(id, 0), weights, [1, 0, 1][i]!);
      expected.forEach((value, place) => {
        expect(data[i * 6 + place]).toBeCloseTo(value, 3);
      });
    });
  });

  it("points at the only place that speaks for the output", () => {
    const weights = { "fc.weight": { shape: [2, 4], data: Float32Array.of(1, 0, 0, 0, 0, 1, 0, 0) } };
    const bias = { "fc.bias": { shape: [2], data: new Float32Array(2) } };
    const data = new Float32Array(24);
    data[4 * 4 + 0] = 6; // channel 0, for output 0, at place 4
    data[1 * 4 + 1] = 6; // channel 1, for output 1, at place 1
    const examples = { ...maps(1), activations: { ...maps(1).activations, get: () => data } };
    const model = { network: LINEAR, weights: { ...weights, ...bias } };
    expect([...gradCam(model, examples, [0]).data]).toEqual([0, 0, 0, 0, 1, 0]);
    expect([...gradCam(model, examples, [1]).data]).toEqual([0, 1, 0, 0, 0, 0]);
  });

  it("leaks no tensor", () => {
    const model = { network: LINEAR, weights: randomWeights(LINEAR) };
    const before = tf.memory().numTensors;
    gradCam(model, maps(35), new Array(35).fill(0));
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe.each(Object.keys(backbones))("%s", (name) => {
  const { card, network: build } = backboneDefinition(name);
  const network = build(2);
  const layer = mapStage({ card, network });
  const { size } = card.preprocessing;
  const shape = costOf(network, [size, size, 3], { to: layer }).shape;

  it("has a last feature map with more than one place", () => {
    expect(card.stages).toContain(layer);
    expect(shape).toHaveLength(3);
    expect(shape[0]).toBeGreaterThan(1);
  });

  it("has heat maps of it", async () => {
    await useBackend();
    const weights = formulaWeights(parametersOf(network, { from: layer }));
    const map = Float32Array.from({ length: sizeOf(shape) }, (_, i) => (i % 7) / 7);
    const examples = { items: [itemOf("0")], activations: { layer, shape, views: [0], get: () => map } };
    const heat = gradCam({ network, weights }, examples, [1]);
    expect(heat.shape).toEqual([1, shape[0], shape[1]]);
    expect(heat.data.every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
  });
});

/** Grad-CAM of one map in plain numbers, the gradient by central differences. */
function byDifferences(map: Float32Array, weights: Weights, output: number): number[] {
  const logit = (x: Float64Array): number => {
    const pooled = [0, 1, 2, 3].map((k) => [0, 1, 2, 3, 4, 5].reduce((sum, p) => sum + x[p * 4 + k]! / 6, 0));
    const hidden = [0, 1, 2].map((j) =>
      Math.tanh(
        pooled.reduce(
          (sum, v, k) => sum + v * weights["a.weight"]!.data[j * 4 + k]!,
          weights["a.bias"]!.data[j]!,
        ),
      ),
    );
    return hidden.reduce(
      (sum, v, j) => sum + v * weights["b.weight"]!.data[output * 3 + j]!,
      weights["b.bias"]!.data[output]!,
    );
  };
  const step = 1e-4;
  const gradient = Array.from(map, (_, at) => {
    const moved = (by: number) => logit(Float64Array.from(map, (x, i) => (i === at ? x + by : x)));
    return (moved(step) - moved(-step)) / (2 * step);
  });
  const alpha = [0, 1, 2, 3].map((k) =>
    [0, 1, 2, 3, 4, 5].reduce((sum, p) => sum + gradient[p * 4 + k]! / 6, 0),
  );
  return [0, 1, 2, 3, 4, 5].map((p) =>
    Math.max(
      0,
      alpha.reduce((sum, a, k) => sum + a * map[p * 4 + k]!, 0),
    ),
  );
}
