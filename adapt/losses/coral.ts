/** Distance of covariances. Sun & Saenko, "Deep CORAL", ECCV 2016 workshops, equations 1 to 3. */
import * as tf from "@tensorflow/tfjs-core";

/** ||C_s - C_t||²_F / (4 d²) of two batches [n, d], each of at least two rows. */
export const coralLoss = (source: tf.Tensor2D, target: tf.Tensor2D): tf.Scalar =>
  tf.tidy(() => {
    const difference = tf.sub(covariance(source), covariance(target));
    return tf.div(tf.sum(tf.square(difference)), 4 * source.shape[1] ** 2) as tf.Scalar;
  });

/** The unbiased covariance of rows, [n, d] -> [d, d]; 0 of a single one. */
export const covariance = (rows: tf.Tensor2D): tf.Tensor2D =>
  tf.tidy(() => {
    const centred = tf.sub(rows, tf.mean(rows, 0)) as tf.Tensor2D;
    return tf.div(tf.matMul(centred, centred, true, false), Math.max(1, rows.shape[0] - 1)) as tf.Tensor2D;
  });
