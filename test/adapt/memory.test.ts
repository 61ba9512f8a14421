import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { type BackboneName, backbones } from "../../adapt/backbones/registry.js";
import { useBackend } from "../../adapt/backend/backend.js";
import { parametersOf } from "../../adapt/layers/network.js";
import { toParams } from "../../adapt/layers/parameters.js";
import { shareGradients } from "../../adapt/training/gradient-share.js";
import { checkMemory, estimateMemory, type StepPlan } from "../../adapt/training/memory.js";
import { formulaWeights } from "./formula.js";

beforeAll(() => useBackend("wasm"));

const plan = (name: BackboneName, split: string, input: number[]): StepPlan => ({
  network: backbones[name].network(2),
  split,
  input,
  batch: 8,
  optimizer: "sgd",
});

describe("the memory of a training step", () => {
  it.each([
    ["resnet18", "conv1", [96, 96, 3]],
    ["mobilenet_v2", "features.0", [96, 96, 3]],
    ["squeezenet1_1", "features.0", [96, 96, 3]],
  ] as const)("of %s is what its tensors take, and room beside", async (name, split, input) => {
    const step = plan(name, split, [...input]);
    const specs = parametersOf(step.network);
    const params = toParams(formulaWeights(specs), specs);
    const x = tf.zeros([step.batch, ...input]);
    const labels = tf.zeros([step.batch], "int32") as tf.Tensor1D;
    const names = Object.keys(specs).filter((n) => specs[n]!.trainable);
    const { peakBytes } = await tf.profile(() => {
      const { gradients } = shareGradients(
        { network: step.network, split, params, mode: {} },
        { x, labels, of: step.batch },
        names,
      );
      tf.dispose(Object.values(gradients));
      return tf.scalar(0);
    });
    tf.dispose([x, labels, Object.values(params)]);
    const { total, optimizer } = estimateMemory(step);
    const measured = peakBytes + optimizer;
    expect(total / measured).toBeGreaterThan(0.9);
    expect(total / measured).toBeLessThan(1.6);
  });

  it("that no wasm heap holds is refused with the estimate: the whole of VGG16", () => {
    const whole = plan("vgg16", "features.0", [224, 224, 3]);
    expect(() => checkMemory("vgg16", "wasm", whole)).toThrow(
      /^vgg16: training from features\.0 on with batches of 8 takes about [56]\.\d GB, and the wasm backend can use 3\.4 GB/,
    );
    expect(() => checkMemory("vgg16", "tensorflow", whole)).not.toThrow();
    expect(() => checkMemory("vgg16", "wasm", plan("vgg16", "classifier.3", [4096]))).not.toThrow();
    expect(() => checkMemory("resnet18", "wasm", plan("resnet18", "conv1", [224, 224, 3]))).not.toThrow();
  });
});
