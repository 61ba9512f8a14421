import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { backboneDefinition } from "../../adapt/backbones/definition.js";
import { useBackend } from "../../adapt/backend/backend.js";
import { parametersOf } from "../../adapt/layers/network.js";
import { toParams } from "../../adapt/layers/parameters.js";
import { type BatchGradients, openGradientWorkers } from "../../adapt/training/gradient-workers.js";
import { train } from "../../adapt/training/train.js";
import { fault } from "../support.js";
import { formulaWeights, noise } from "./formula.js";
import { CLASSES, clouds, knownBy, madeUp } from "./made-up.js";
import { maps, tinyModel } from "./tiny.js";

beforeAll(() => useBackend("wasm"));

const definition = backboneDefinition("resnet18");
const { card } = definition;
const network = definition.network(2);
const SPLIT = "layer3";
const INPUT = [6, 6, 128];

function setUp() {
  const specs = parametersOf(network, { from: SPLIT });
  const params = toParams(formulaWeights(specs), specs);
  const names = Object.keys(specs).filter((name) => specs[name]!.trainable);
  return { params, names };
}

function batchOf(images: number) {
  const size = images * INPUT.reduce((a, b) => a * b, 1);
  return {
    x: tf.tensor(Float32Array.from(noise("batch", size), Math.abs), [images, ...INPUT]),
    labels: tf.tensor1d(
      Array.from({ length: images }, (_, i) => i % 2),
      "int32",
    ),
    dropout: [0, "dropout"] as [number, string],
  };
}

/** Of the last of several steps, by their numbers of images; what `moves` accepts moves after each but the last. */
async function gradients(threads: number, steps: number[], moves = (_name: string, _step: number) => true) {
  const { params, names } = setUp();
  const options = { split: SPLIT, input: INPUT, batch: 8, threads };
  const workers = await openGradientWorkers({ definition, network, classes: CLASSES }, params, options);
  const now: Record<string, tf.Tensor> = { ...params };
  let found: BatchGradients | undefined;
  for (const [i, images] of steps.entries()) {
    if (found)
      for (const name of names.filter((n) => moves(n, i)))
        now[name] = tf.sub(now[name]!, tf.mul(found.gradients[name]!, 1e-4));
    found = await workers.gradients(now, names, batchOf(images));
  }
  await workers.close();
  return found!;
}

function expectSame(found: BatchGradients, alone: BatchGradients) {
  expect(Math.abs(found.loss - alone.loss)).toBeLessThan(1e-5 * alone.loss);
  expect(found.correct).toBe(alone.correct);
  for (const [name, gradient] of Object.entries(alone.gradients)) {
    const [a, b] = [found.gradients[name]!.dataSync(), gradient.dataSync<"float32">()];
    const largest = b.reduce((max, v) => Math.max(max, Math.abs(v)), 0);
    const worst = b.reduce((max, v, i) => Math.max(max, Math.abs(v - a[i]!)), 0);
    expect(worst, name).toBeLessThan(1e-4 * largest);
  }
}

describe("gradients over threads", () => {
  it.each([7, 1])("of %i images are those of one thread", async (images) => {
    expectSame(await gradients(2, [images]), await gradients(1, [images]));
  });

  it("follow the parameters as they move", async () => {
    expectSame(await gradients(3, [8, 8, 8]), await gradients(1, [8, 8, 8]));
  });

  it("follow what moved while a batch was too small for every thread", async () => {
    const steps = [8, 8, 1, 8];
    const moves = (name: string, step: number) => step !== 3 || name.startsWith("fc.");
    expectSame(await gradients(3, steps, moves), await gradients(1, steps, moves));
  });

  it("leak no tensor", async () => {
    const { params, names } = setUp();
    const options = { split: SPLIT, input: INPUT, batch: 8, threads: 2 };
    const workers = await openGradientWorkers({ definition, network, classes: CLASSES }, params, options);
    const before = tf.memory().numTensors;
    for (let i = 0; i < 3; i++) {
      const batch = batchOf(4);
      const { gradients } = await workers.gradients(params, names, batch);
      tf.dispose([batch.x, batch.labels, Object.values(gradients)]);
    }
    expect(tf.memory().numTensors).toBe(before);
    await workers.close();
  });
});

describe("training over threads", () => {
  const weights = formulaWeights(parametersOf(network));
  const model = {
    definition,
    card,
    network,
    classes: CLASSES,
    weights,
    pretrained: { weights, path: "formula" },
  };
  const data = madeUp("train", 24, "layer4", [3, 3, 256], clouds);
  const phase = { train: { from: "layer4" }, lr: 1e-4, epochs: 2, batch: 7 } as const;

  it.each([
    ["cross entropy", phase],
    ["L2-SP", { ...phase, lr: 1e-5, l2sp: { alpha: 1, beta: 10 } }],
  ])("ends where one thread's ends, within rounding, and leaves no tensor: %s", async (_name, phase) => {
    const before = tf.memory().numTensors;
    const run = (threads: number) => train(model, { ...phase, on: data, validation: data, seed: 0, threads });
    const [alone, together] = [await run(1), await run(2)];
    expect(tf.memory().numTensors).toBe(before);
    alone.history.forEach((record, i) => {
      expect(Math.abs(together.history[i]!.trainLoss / record.trainLoss - 1)).toBeLessThan(1e-4);
      expect(together.history[i]!.valLoss).toBeCloseTo(record.valLoss!, 4);
    });
    for (const [name, { data: expected }] of Object.entries(alone.weights)) {
      const found = together.weights[name]!.data;
      const largest = expected.reduce((max, v) => Math.max(max, Math.abs(v)), 0);
      const worst = expected.reduce((max, v, i) => Math.max(max, Math.abs(v - found[i]!)), 0);
      expect(worst, name).toBeLessThanOrEqual(1e-5 * largest);
    }
  });

  it("that no heap holds is refused before it starts", async () => {
    const definition = backboneDefinition("vgg16");
    const { card } = definition;
    const pretrained = { weights: {}, path: "formula" };
    const whole = {
      definition,
      card,
      network: definition.network(2),
      classes: CLASSES,
      weights: {},
      pretrained,
    };
    const on = knownBy(data, { layer: "features.0", shape: [224, 224, 3] });
    const run = train(whole, { on, train: "all", lr: 1e-5, epochs: 1 });
    await expect(run).rejects.toMatchObject(fault(1, /vgg16: training .* takes about/));
  });

  it("is refused for a network that threads cannot find, before it starts", async () => {
    const before = tf.memory().numTensors;
    const on = maps("train", 8, clouds);
    const run = train(tinyModel(), { on, train: { from: "features" }, lr: 1e-4, epochs: 1, threads: 2 });
    await expect(run).rejects.toMatchObject(
      fault(2, /^threads: expected 1, or a network .* its module, found 2, and tiny names none$/),
    );
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe("a thread that ends", () => {
  const options = { split: SPLIT, input: INPUT, batch: 8, threads: 2 };
  const LOST = {
    exitCode: 1,
    message: "training thread: it ended before its task was done (stopped, crashed or out of memory)",
  };

  it("while it computes, or before, is reported at once", async () => {
    const { params, names } = setUp();
    const workers = await openGradientWorkers({ definition, network, classes: CLASSES }, params, options);
    const running = workers.gradients(params, names, batchOf(8));
    await Promise.all([expect(running).rejects.toMatchObject(LOST), workers.close()]);
    await expect(workers.gradients(params, names, batchOf(8))).rejects.toMatchObject(LOST);
  });

  it("for an error that nobody expected is reported with it", async () => {
    const { params, names } = setUp();
    const other = backboneDefinition("resnet50"); // its layer3 has parameters that resnet18's has not
    const workers = await openGradientWorkers(
      { definition: other, network, classes: CLASSES },
      params,
      options,
    );
    const run = workers.gradients(params, names, batchOf(8));
    await expect(run).rejects.toMatchObject(fault(1, /^training thread: ./));
    await workers.close();
  });
});
