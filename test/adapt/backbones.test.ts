import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { flopsOf } from "../../adapt/backbones/flops.js";
import { type BackboneName, backbones } from "../../adapt/backbones/registry.js";
import { useBackend } from "../../adapt/backend/backend.js";
import type { Mode } from "../../adapt/layers/index.js";
import { costOf, forward, type Network, parametersOf } from "../../adapt/layers/network.js";
import { type Params, sizeOf, toParams, toWeight } from "../../adapt/layers/parameters.js";
import { crossEntropy } from "../../adapt/losses/cross-entropy.js";
import { stream } from "../../src/shared/rng.js";
import { formulaWeights, noise } from "./formula.js";

interface Sample {
  norm: number;
  index: number[];
  values: number[];
}

interface Reference {
  /** Side of the square input, and the name of its noise. */
  size: number;
  image: string;
  logits: number[][];
  loss: number;
  gradients: Record<string, Sample>;
  statistics?: Record<string, Sample>;
}

interface NetworkReference {
  multiplyAdds: number;
  evaluation: Reference;
  /** Of networks with BatchNorms of their own. */
  training?: Reference;
}

const fixture = JSON.parse(
  readFileSync(new URL("../fixtures/adapt/backbones.json", import.meta.url), "utf8"),
) as { classes: number; batch: number; labels: number[]; networks: Record<BackboneName, NetworkReference> };

/** BatchNorms over a small batch multiply rounding from layer to layer, in PyTorch too. */
const TRAINING_TOLERANCE = 2e-2;

const NAMES = Object.keys(fixture.networks) as BackboneName[];

beforeAll(() => useBackend());
let made: tf.Tensor[] = [];
afterEach(() => {
  tf.dispose(made);
  made = [];
});

/** Formula weights and input; they go when the test is done. */
function inputs(network: Network, { size, image }: Reference) {
  const { batch } = fixture;
  const specs = parametersOf(network);
  const params = toParams(formulaWeights(specs), specs);
  const x = tf.tensor4d(Float32Array.from(noise(image, batch * size * size * 3)), [batch, size, size, 3]);
  made = [x, ...Object.values(params)];
  return { params, x };
}

/** Loss, logits and the gradients of some parameters. */
function differentiate(network: Network, params: Params, x: tf.Tensor, names: string[], mode?: Mode) {
  let logits: number[] = [];
  const lossOf = (...tensors: tf.Tensor[]) => {
    const now = { ...params, ...Object.fromEntries(names.map((n, i) => [n, tensors[i]!])) };
    const output = forward(network, now, x, { mode }) as tf.Tensor2D;
    logits = Array.from(output.dataSync());
    return crossEntropy(output, tf.tensor1d(fixture.labels, "int32"));
  };
  const { value, grads } = tf.valueAndGrads(lossOf)(names.map((n) => params[n]!));
  made.push(value, ...grads);
  const gradients = Object.fromEntries(names.map((n, i) => [n, grads[i]!]));
  return { logits, loss: value.dataSync()[0]!, gradients };
}

function expectLogits(found: number[], { logits }: Reference) {
  const largest = Math.max(...logits.flat().map(Math.abs));
  logits.flat().forEach((v, i) => {
    expect(Math.abs(found[i]! - v), `logit ${i}`).toBeLessThan(1e-4 * largest);
  });
}

/** Each sampled value within `tolerance` of the tensor's largest one, and so the norm. */
function expectSamples(
  network: Network,
  found: Record<string, tf.Tensor>,
  reference: Record<string, Sample>,
  tolerance: number,
) {
  const specs = parametersOf(network);
  for (const [name, { norm, index, values }] of Object.entries(reference)) {
    const { data } = toWeight(found[name]!, specs[name]!);
    const length = Math.sqrt(data.reduce((sum, v) => sum + v * v, 0));
    expect(Math.abs(length / norm - 1), `norm of ${name}`).toBeLessThan(tolerance);
    const largest = Math.abs(values.at(-1)!);
    index.forEach((at, k) => {
      expect(Math.abs(data[at]! - values[k]!), `${name}[${at}]`).toBeLessThan(tolerance * largest);
    });
  }
}

describe.each(NAMES)("%s against PyTorch", (name) => {
  const { multiplyAdds, evaluation } = fixture.networks[name];
  const { card, network: build } = backbones[name];
  const network = build(fixture.classes);

  // Where a value lies within rounding of ReLU6's upper kink, an engine's gradient may take the other side.
  const tolerance = name.includes("mobilenet") ? 5e-3 : 1e-3;

  it(`gives the same logits within 1e-4 and the same gradients within ${tolerance}`, () => {
    const { params, x } = inputs(network, evaluation);
    const { logits, loss, gradients } = differentiate(network, params, x, Object.keys(evaluation.gradients));
    expectLogits(logits, evaluation);
    expect(Math.abs(loss / evaluation.loss - 1)).toBeLessThan(1e-4);
    expectSamples(network, gradients, evaluation.gradients, tolerance);
  });

  it("states its own size, stages and pooled features", () => {
    const whole = build(card.classes!.count);
    const trainable = Object.values(parametersOf(whole)).filter((s) => s.trainable);
    expect(trainable.reduce((sum, s) => sum + sizeOf(s.shape), 0)).toBe(card.parameters);
    expect(network.map((s) => s.name)).toEqual(card.stages);
    const side = card.preprocessing.size;
    const cost = costOf(whole, [side, side, 3]);
    expect(cost).toMatchObject({ shape: [1000], multiplyAdds });
    expect(flopsOf(backbones[name])).toBe(2 * multiplyAdds);
    const entering = costOf(whole, [side, side, 3], { to: card.headStage }).shape;
    expect(entering).toHaveLength(card.headInput === "map" ? 3 : 1);
    expect(entering.at(-1)).toBe(card.featureWidth);
  });
});

/** Of the networks whose BatchNorms can train, resnet50 does as resnet18. */
const NORMALISED = NAMES.filter((name) => fixture.networks[name].training);

describe.each(NORMALISED)("%s against PyTorch", (name) => {
  const training = fixture.networks[name].training!;
  const network = backbones[name].network(fixture.classes);

  it("trains its BatchNorms alike: logits, gradients and moved statistics", () => {
    const { params, x } = inputs(network, training);
    const statistics: Record<string, tf.Tensor> = {};
    const names = Object.keys(training.gradients);
    const { logits, gradients } = differentiate(network, params, x, names, { statistics });
    made.push(...Object.values(statistics));
    const running = Object.entries(parametersOf(network)).filter(([, spec]) => !spec.trainable);
    expect(Object.keys(statistics).sort()).toEqual(running.map(([n]) => n).sort());
    expectLogits(logits, training);
    expectSamples(network, gradients, training.gradients, TRAINING_TOLERANCE);
    expectSamples(network, statistics, training.statistics!, 1e-4);
  });
});

/** vgg16 and resnet50 are put together of the same layers as the others, and slow. */
const QUICK = NAMES.filter((name) => name !== "vgg16" && name !== "resnet50");

describe.each(QUICK)("%s", (name) => {
  const { network: build } = backbones[name];
  const network = build(fixture.classes);
  const { evaluation } = fixture.networks[name];
  const { size } = evaluation;

  it("cut anywhere gives the same as whole, in the shapes that it states", () => {
    const { params, x } = inputs(network, evaluation);
    const whole = forward(network, params, x).dataSync();
    let middle: tf.Tensor = x;
    for (const [i, { name: cut }] of network.entries()) {
      expect(middle.shape.slice(1)).toEqual(costOf(network, [size, size, 3], { to: cut }).shape);
      middle = forward(network, params, middle, { from: cut, to: network[i + 1]?.name });
      made.push(middle);
    }
    expect(middle.dataSync()).toEqual(whole);
  });

  it("leaks no tensor, trained or not", () => {
    const { params, x } = inputs(network, evaluation);
    const before = tf.memory().numTensors;
    forward(network, params, x).dispose();
    const statistics: Record<string, tf.Tensor> = {};
    const mode: Mode = { statistics, dropout: stream(0, "dropout") };
    const names = Object.keys(parametersOf(network, { from: network.at(-1)!.name }));
    const known = made.length;
    differentiate(network, params, x, names, mode);
    tf.dispose([...made.splice(known), ...Object.values(statistics)]);
    expect(tf.memory().numTensors).toBe(before);
  });
});

it("names the stages where one does not exist", () => {
  const network = backbones.mobilenet_v2.network(2);
  expect(() => parametersOf(network, { from: "layer4" })).toThrow(
    /^stage: expected one of features.0, .*found "layer4"$/,
  );
});
