/** Entropies of predictions, in nats. */
import * as tf from "@tensorflow/tfjs-core";

/** H(p) of each row's softmax: [batch, classes] -> [batch]. */
export const rowEntropies = (logits: tf.Tensor2D): tf.Tensor1D =>
  tf.tidy(() => tf.neg(tf.sum(tf.mul(tf.softmax(logits), tf.logSoftmax(logits)), 1)) as tf.Tensor1D);

/** The mean entropy. Grandvalet & Bengio, "Semi-supervised Learning by Entropy Minimization", NIPS 2004, equation 5. */
export const meanEntropy = (logits: tf.Tensor2D): tf.Scalar =>
  tf.tidy(() => tf.mean(rowEntropies(logits)) as tf.Scalar);

/**
 * Mean entropy less the entropy of the mean prediction: confident and diverse.
 * Liang, Hu & Feng, "Do We Really Need to Access the Source Data?" (SHOT), ICML 2020, equation 3.
 */
export const informationMaximisation = (logits: tf.Tensor2D): tf.Scalar =>
  tf.tidy(() => {
    const marginal = tf.mean(tf.softmax(logits), 0);
    const diversity = tf.neg(tf.sum(tf.mul(marginal, tf.log(tf.add(marginal, 1e-5)))));
    return tf.sub(meanEntropy(logits), diversity) as tf.Scalar;
  });
