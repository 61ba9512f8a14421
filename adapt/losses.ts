/** Losses: pure functions of logits and targets, averaged over the batch. */
import * as tf from "@tensorflow/tfjs";

/** A batch's loss, a scalar. `labels` are class indices, int32. */
export type Loss = (logits: tf.Tensor2D, labels: tf.Tensor1D) => tf.Scalar;

/** -mean log softmax(logits)[label], as torch.nn.CrossEntropyLoss. */
export const crossEntropy: Loss = (logits, labels) =>
  tf.tidy(() => {
    const truth = tf.oneHot(labels, logits.shape[1]);
    return tf.neg(tf.mean(tf.sum(tf.mul(truth, tf.logSoftmax(logits)), 1))) as tf.Scalar;
  });
