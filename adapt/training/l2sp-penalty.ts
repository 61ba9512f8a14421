/** L2-SP: keeps weights near the pretrained ones. Li, Grandvalet & Davoine, ICML 2018, equation 3. */
import * as tf from "@tensorflow/tfjs-core";
import type { Params } from "../layers/parameters.js";

/** Weights of the two terms, at least 0. */
export interface L2sp {
  /** Weight of the distance to the pretrained weights. */
  alpha: number;
  /** Weight of the plain norm of what the pretraining does not have: the new head. */
  beta: number;
}

/**
 * alpha / 2 · Σ ||w - w⁰||² over the names in `anchors`, plus beta / 2 · Σ ||w||² over the other ones.
 * @param names the parameters that move
 */
export function l2spPenalty(
  params: Params,
  anchors: Params,
  names: readonly string[],
  { alpha, beta }: L2sp,
): tf.Scalar {
  return tf.tidy(() => {
    const terms = names.map((name) => {
      const value = params[name]!;
      const anchor = anchors[name];
      const square = tf.sum(tf.square(anchor ? tf.sub(value, anchor) : value));
      return tf.mul(square, (anchor ? alpha : beta) / 2);
    });
    return tf.addN(terms) as tf.Scalar;
  });
}

/** The penalty and its gradient, by parameter. The caller disposes them. */
export function l2spGradients(
  params: Params,
  anchors: Params,
  names: readonly string[],
  l2sp: L2sp,
): { penalty: number; gradients: Record<string, tf.Tensor> } {
  const penaltyOf = (...values: tf.Tensor[]) =>
    l2spPenalty(Object.fromEntries(names.map((name, i) => [name, values[i]!])), anchors, names, l2sp);
  const { value, grads } = tf.valueAndGrads(penaltyOf)(names.map((name) => params[name]!));
  const penalty = value.dataSync()[0]!;
  value.dispose();
  return { penalty, gradients: Object.fromEntries(names.map((name, i) => [name, grads[i]!])) };
}
