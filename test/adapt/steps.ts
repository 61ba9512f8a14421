/** Steps of a network on made-up images, dropout off: those of test/fixtures/adapt/steps.py, by the same numbers. */
import * as tf from "@tensorflow/tfjs-core";
import { backboneDefinition } from "../../adapt/backbones/definition.js";
import type { Mode } from "../../adapt/layers/layer.js";
import { forward } from "../../adapt/layers/network.js";
import type { Weights } from "../../adapt/layers/parameters.js";
import { crossEntropy } from "../../adapt/losses/cross-entropy.js";
import {
  closeTrainState,
  descend,
  movingParameters,
  openTrainState,
  outputsOf,
  replace,
  type TrainState,
} from "../../adapt/training/train-state.js";
import { noise } from "./formula.js";

export interface Steps {
  /** A backbone's. */
  network: string;
  /** The loss alone, training of the head, or of everything with BatchNorms that normalise by the batch. */
  how: "forward" | "frozen" | "fine-tuned";
  batch: number;
  /** Of the images, in pixels. */
  side: number;
  steps: number;
  /** Learning rate of SGD with momentum .9. */
  lr: number;
}

/** Learning rates as steps.py has them, which says why. */
export const RATES: Record<Steps["how"], number> = { forward: 0, frozen: 1e-3, "fine-tuned": 1e-5 };

/** Squares along a side of an image. */
const CELLS = 8;
const CLASSES = ["ants", "bees"];

/**
 * @param weights of the network for two classes
 * @param watch runs each step
 * @returns the loss before each step
 */
export function takeSteps(
  { network: name, how, batch, side, steps, lr }: Steps,
  weights: Weights,
  watch: (step: () => number) => number = (step) => step(),
): number[] {
  const definition = backboneDefinition(name);
  const { card } = definition;
  const network = definition.network(CLASSES.length);
  const model = { definition, card, network, weights, classes: CLASSES, pretrained: { weights, path: "" } };
  const state = openTrainState(model, { split: card.stages[0]!, optimizer: { name: "sgd" } });
  const learns = how === "frozen" ? [card.headStage] : how === "fine-tuned" ? card.stages : [];
  const moving = movingParameters(state, Object.fromEntries(learns.map((stage) => [stage, lr])));
  const labels = tf.tensor1d(
    Array.from({ length: batch }, (_, i) => i % CLASSES.length),
    "int32",
  );
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    const images = imagesOf(`batch ${step}`, batch, side);
    losses.push(watch(() => takeStep(state, images, labels, moving, how)));
    images.dispose();
  }
  labels.dispose();
  closeTrainState(state);
  return losses;
}

function takeStep(
  state: TrainState,
  images: tf.Tensor,
  labels: tf.Tensor1D,
  moving: Record<string, number>,
  how: Steps["how"],
): number {
  const statistics: Mode["statistics"] = {};
  const mode = how === "fine-tuned" ? { statistics } : {};
  const { network, headStage, params } = state;
  if (how === "fine-tuned") {
    const loss = descend(
      state,
      (now) => crossEntropy(outputsOf(state, now, images, mode).logits, labels),
      moving,
    );
    for (const [name, moved] of Object.entries(statistics)) replace(state, name, moved);
    return loss;
  }
  const features = forward(network, params, images, { to: headStage });
  const logits = (now: typeof params) => forward(network, now, features, { from: headStage }) as tf.Tensor2D;
  try {
    if (how === "frozen") return descend(state, (now) => crossEntropy(logits({ ...now }), labels), moving);
    return tf.tidy(() => crossEntropy(logits(params), labels).dataSync()[0]!);
  } finally {
    features.dispose();
  }
}

/** Squares of colour under some noise: unlike each other, as photographs are. */
function imagesOf(name: string, batch: number, side: number): tf.Tensor {
  const [fine, cells] = [
    noise(name, batch * side * side * 3),
    noise(`${name} cells`, batch * CELLS * CELLS * 3),
  ];
  const cell = (at: number) => Math.floor((at * CELLS) / side);
  const values = Float32Array.from(fine, (value, i) => {
    const [channel, x, y] = [i % 3, Math.floor(i / 3) % side, Math.floor(i / 3 / side) % side];
    const image = Math.floor(i / 3 / side / side);
    return 2 * cells[((image * CELLS + cell(y)) * CELLS + cell(x)) * 3 + channel]! + 0.25 * value;
  });
  return tf.tensor4d(values, [batch, side, side, 3]);
}
