import * as tf from "@tensorflow/tfjs-core";

/**
 * -mean log softmax(logits)[label], as torch.nn.CrossEntropyLoss.
 * @param logits [batch, classes]
 * @param labels class indices, int32 [batch]
 */
export const crossEntropy = (logits: tf.Tensor2D, labels: tf.Tensor1D): tf.Scalar =>
  tf.tidy(() => {
    const truth = tf.oneHot(labels, logits.shape[1]);
    return tf.neg(tf.mean(tf.sum(tf.mul(truth, tf.logSoftmax(logits)), 1))) as tf.Scalar;
  });
