/** Minimum class confusion. Jin et al., "Minimum Class Confusion for Versatile Domain Adaptation", ECCV 2020. */
import * as tf from "@tensorflow/tfjs-core";
import { rowEntropies } from "./entropy.js";

/** The paper's temperature. */
const TEMPERATURE = 2.5;

/**
 * The share of pairwise confusion between classes in a batch of logits [n, classes]: probabilities at a temperature
 * (equation 3), weighted towards sure rows (equations 4 and 5), correlated between classes (6), normalised by rows (7),
 * off the diagonal, averaged over classes (8). No gradient flows through the weights, as in the authors' code.
 */
export const classConfusion = (logits: tf.Tensor2D, temperature = TEMPERATURE): tf.Scalar =>
  tf.tidy(() => {
    const [rows, classes] = logits.shape;
    const tempered = tf.div(logits, temperature) as tf.Tensor2D;
    const p = tf.softmax(tempered);
    const weights = tf.reshape(tf.tensor1d(certainties(tempered)), [rows, 1]);
    const correlation = tf.matMul(tf.mul(p, weights) as tf.Tensor2D, p, true, false);
    const normal = tf.div(correlation, tf.sum(correlation, 1, true));
    const diagonal = tf.sum(tf.mul(normal, tf.eye(classes)));
    return tf.div(tf.sub(tf.sum(normal), diagonal), classes) as tf.Scalar;
  });

/** n (1 + exp(-H_i)) / Σ (1 + exp(-H_j)). */
function certainties(logits: tf.Tensor2D): Float32Array {
  const raw = Float32Array.from(rowEntropies(logits).dataSync(), (h) => 1 + Math.exp(-h));
  const mean = raw.reduce((sum, w) => sum + w, 0) / raw.length;
  return raw.map((w) => w / mean);
}
