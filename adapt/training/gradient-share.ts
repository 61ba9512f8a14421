/** The gradients of one share of a batch. */
import * as tf from "@tensorflow/tfjs-core";
import type { Mode } from "../layers/index.js";
import { forward, type Network } from "../layers/network.js";
import type { Params } from "../layers/parameters.js";
import { crossEntropy } from "../losses/cross-entropy.js";

interface Learner {
  network: Network;
  split: string;
  params: Params;
  mode: Mode;
}

interface Part {
  /** Activations at the split and class indices of the share. */
  x: tf.Tensor;
  labels: tf.Tensor1D;
  /** Images in the whole batch. */
  of: number;
}

export interface ShareGradients {
  /** The share's part of the batch's mean cross entropy. */
  loss: number;
  correct: number;
  /** Of that part, by parameter; the caller disposes them. */
  gradients: Record<string, tf.Tensor>;
}

/** Shares of a batch add up to the batch: loss, gradients and counts. */
export function shareGradients(
  { network, split, params, mode }: Learner,
  { x, labels, of }: Part,
  names: readonly string[],
): ShareGradients {
  let correct = 0;
  const lossOf = (...tensors: tf.Tensor[]) => {
    const now = { ...params, ...Object.fromEntries(names.map((name, i) => [name, tensors[i]!])) };
    const logits = forward(network, now, x, { from: split, mode }) as tf.Tensor2D;
    correct = tf.sum(tf.equal(tf.argMax(logits, 1), labels)).dataSync()[0]!;
    return tf.mul(crossEntropy(logits, labels), labels.size / of) as tf.Scalar;
  };
  const { value, grads } = tf.valueAndGrads(lossOf)(names.map((name) => params[name]!));
  const loss = value.dataSync()[0]!;
  value.dispose();
  return { loss, correct, gradients: Object.fromEntries(names.map((name, i) => [name, grads[i]!])) };
}
