/** Maximum mean discrepancy. Long et al., "Learning Transferable Features with Deep Adaptation Networks", ICML 2015. */
import * as tf from "@tensorflow/tfjs-core";

/** Bandwidths of the kernels, as multiples of the mean squared distance between rows. */
const MULTIPLES = [1 / 4, 1 / 2, 1, 2, 4] as const;

/**
 * The squared MMD between two batches [n, d] under the mean of five Gaussian kernels (equations 1 and 2), as the biased
 * estimate: mean k(s, s') + mean k(t, t') - 2 mean k(s, t). No gradient flows through the bandwidths.
 */
export const mmdLoss = (source: tf.Tensor2D, target: tf.Tensor2D): tf.Scalar =>
  tf.tidy(() => {
    const n = source.shape[0];
    const m = target.shape[0];
    const distances = squaredDistances(tf.concat([source, target]) as tf.Tensor2D);
    const size = n + m;
    const bandwidth = tf.sum(distances).dataSync()[0]! / (size * size - size);
    const kernels = MULTIPLES.map((multiple) =>
      tf.exp(tf.mul(distances, -1 / (multiple * bandwidth + 1e-12))),
    );
    const kernel = tf.div(tf.addN(kernels), MULTIPLES.length) as tf.Tensor2D;
    const block = (row: number, column: number, height: number, width: number) =>
      tf.mean(tf.slice(kernel, [row, column], [height, width]));
    const within = tf.add(block(0, 0, n, n), block(n, n, m, m));
    return tf.sub(within, tf.mul(2, block(0, n, n, m))) as tf.Scalar;
  });

/** ||x_i - x_j||² between all rows: [n, d] -> [n, n]. */
const squaredDistances = (rows: tf.Tensor2D): tf.Tensor2D => {
  const norms = tf.sum(tf.square(rows), 1, true);
  const products = tf.matMul(rows, rows, false, true);
  return tf.relu(tf.sub(tf.add(norms, tf.transpose(norms)), tf.mul(2, products))) as tf.Tensor2D;
};
