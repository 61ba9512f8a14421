/** Consistency between views. Sohn et al., "FixMatch", NeurIPS 2020, equation 4. */
import * as tf from "@tensorflow/tfjs-core";

/**
 * Cross entropy of the strong views against the classes that the weak views of the same images are sure of; rows below
 * the threshold count as 0 in the mean. No gradient flows through the weak views.
 * @param weak logits of the evaluation views, [batch, classes]
 * @param strong logits of the training views, [batch, classes]
 * @param threshold least probability of a class, in (0, 1)
 */
export function consistencyLoss(weak: tf.Tensor2D, strong: tf.Tensor2D, threshold: number): tf.Scalar {
  return tf.tidy(() => {
    const truth = tf.tensor(sureClasses(weak, threshold), weak.shape);
    const rows = tf.sum(tf.mul(truth, tf.logSoftmax(strong)), 1);
    return tf.neg(tf.mean(rows)) as tf.Scalar;
  });
}

/** One-hot rows of the classes that reach the threshold, flattened; rows of zeros where none does. */
function sureClasses(weak: tf.Tensor2D, threshold: number): Float32Array {
  const p = tf.tidy(() => tf.softmax(weak).dataSync<"float32">());
  const [rows, classes] = weak.shape;
  const truth = new Float32Array(p.length);
  for (let i = 0; i < rows; i++) {
    const row = p.subarray(i * classes, (i + 1) * classes);
    const best = row.indexOf(Math.max(...row));
    if (row[best]! >= threshold) truth[i * classes + best] = 1;
  }
  return truth;
}
