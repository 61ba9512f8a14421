/** Domain-adversarial training. Ganin et al., "Domain-Adversarial Training of Neural Networks", JMLR 2016. */
import * as tf from "@tensorflow/tfjs-core";

/** The identity whose gradient is multiplied by -lambda (equations 17 and 18). */
export function reverseGradient<T extends tf.Tensor>(x: T, lambda: number): T {
  const reversed = tf.customGrad((...inputs) => ({
    value: (inputs[0] as tf.Tensor).clone(),
    gradFunc: (dy: tf.Tensor) => tf.mul(dy, -lambda),
  }));
  return reversed(x) as T;
}

/** The reversal's weight over training: 2 / (1 + exp(-10 done)) - 1, from 0 to 1 (section 5.2.2). */
export const reversalWeight = (done: number): number => 2 / (1 + Math.exp(-10 * done)) - 1;

/**
 * Mean binary cross entropy of a discriminator that should answer 1 on source rows and 0 on target rows.
 * @param source logits, [batch, 1]
 * @param target logits, [batch, 1]
 */
export const domainLoss = (source: tf.Tensor, target: tf.Tensor): tf.Scalar =>
  tf.tidy(() => {
    const onSource = tf.mean(tf.softplus(tf.neg(source)));
    const onTarget = tf.mean(tf.softplus(target));
    return tf.div(tf.add(onSource, onTarget), 2) as tf.Scalar;
  });

/** Features by predictions, flattened: [n, d], [n, c] -> [n, d c]. Long et al., CDAN, NeurIPS 2018, section 3.2. */
export const multilinearMap = (features: tf.Tensor2D, probabilities: tf.Tensor2D): tf.Tensor2D =>
  tf.tidy(() => {
    const [rows, width] = features.shape;
    const classes = probabilities.shape[1];
    const product = tf.mul(
      tf.reshape(features, [rows, width, 1]),
      tf.reshape(probabilities, [rows, 1, classes]),
    );
    return tf.reshape(product, [rows, width * classes]) as tf.Tensor2D;
  });
