/** A network of one's own, as its user writes it: layers, a card, and the module in which other processes find it. */

import type { BackboneDefinition } from "../../adapt/backbones/card.js";
import { conv, convBatchNorm, globalAveragePool, linear } from "../../adapt/layers/index.js";
import { type Network, stage } from "../../adapt/layers/network.js";
import { readSafetensors } from "../../adapt/weights/safetensors.js";

const SIDE = 16;
const WIDTH = 12;

const build = (classes: number): Network => [
  stage("conv1", convBatchNorm("conv1", "bn1", { in: 3, out: 8, kernel: 3, stride: 2 }, "relu")),
  stage("conv2", conv("conv2", { in: 8, out: WIDTH, kernel: 3 }, "relu")),
  stage("pool", globalAveragePool),
  stage("head", linear("head", WIDTH, classes)),
];

export const ownNetwork: BackboneDefinition = {
  card: {
    name: "own-network",
    preprocessing: { size: SIDE, resize: SIDE, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
    padding: "symmetric",
    batchNorm: "statistics",
    stages: build(0).map(({ name }) => name),
    head: "head",
    headStage: "head",
    headInput: "features",
    featureWidth: WIDTH,
    classes: null,
    parameters: 1108,
    weights: { file: "own-network.safetensors", sha256: "", licence: "MIT", pretraining: "none" },
  },
  network: build,
  readPretrained: async (path) => (await readSafetensors(path)).weights,
  options: {},
  module: { url: import.meta.url, export: "ownNetwork" },
};
