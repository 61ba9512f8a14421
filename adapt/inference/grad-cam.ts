/**
 * Grad-CAM: where a network looked. Selvaraju et al., "Grad-CAM: Visual Explanations from Deep Networks via
 * Gradient-based Localization", ICCV 2017, equations 1 and 2.
 */
import * as tf from "@tensorflow/tfjs-core";
import { chunk } from "../../src/shared/group.js";
import type { Model } from "../backbones/model.js";
import { activationBatch, EVALUATION_BATCH, type UnlabeledExamples } from "../images/examples.js";
import { costOf, forward, type Network, parametersOf } from "../layers/network.js";
import { type Params, toParams, valuesOf } from "../layers/parameters.js";

/** One map an item: how much each place of the last feature map spoke for the output; at least 0, logits as unit. */
export interface HeatMaps {
  shape: readonly [items: number, height: number, width: number];
  data: Float32Array;
}

/** The last stage that a feature map enters, whatever the family: heat maps need activations cut there. */
export function mapStage({ card, network }: Pick<Model, "card" | "network">): string {
  const { size } = card.preprocessing;
  const entersMap = (name: string) => costOf(network, [size, size, 3], { to: name }).shape.length === 3;
  return network.findLast(({ name }) => entersMap(name))!.name;
}

/**
 * L = ReLU(Σ_k α_k A^k) with α_k the mean over all places of ∂y/∂A^k, y the logit of one output.
 * @param examples with activations that enter `mapStage`
 * @param outputs the index of the output to explain, one an item
 */
export function gradCam(
  { network, weights }: Pick<Model, "network" | "weights">,
  { items, activations }: UnlabeledExamples,
  outputs: readonly number[],
): HeatMaps {
  const params = toParams(weights, parametersOf(network, { from: activations.layer }));
  const [height, width] = activations.shape as readonly [number, number, number];
  const data = new Float32Array(items.length * height * width);
  let done = 0;
  for (const batch of chunk(items, EVALUATION_BATCH)) {
    const chosen = outputs.slice(done, done + batch.length);
    const values = valuesOf(() => {
      const views = batch.map(() => 0);
      const maps = activationBatch(
        batch.map((item) => item.id),
        views,
        activations,
      );
      return heatMaps(maps, network, params, activations.layer, chosen);
    });
    data.set(values, done * height * width);
    done += batch.length;
  }
  tf.dispose(Object.values(params));
  return { shape: [items.length, height, width], data };
}

/** [items, height, width, channels] -> [items, height, width]. */
function heatMaps(
  maps: tf.Tensor,
  network: Network,
  params: Params,
  from: string,
  outputs: readonly number[],
): tf.Tensor {
  const logits = (x: tf.Tensor) => forward(network, params, x, { from });
  // Images of a batch do not touch one another, so the gradient of the sum is each image's own.
  const gradient = tf.grad((x) => tf.sum(pick(logits(x), outputs)))(maps);
  const channelWeights = tf.mean(gradient, [1, 2], true);
  return tf.relu(tf.sum(tf.mul(maps, channelWeights), -1));
}

/** The chosen output of each row, all others 0. */
function pick(logits: tf.Tensor, outputs: readonly number[]): tf.Tensor {
  const [rows, width] = logits.shape as [number, number];
  const mask = new Float32Array(rows * width);
  outputs.forEach((output, row) => {
    mask[row * width + output] = 1;
  });
  return tf.mul(logits, tf.tensor2d(mask, [rows, width]));
}
