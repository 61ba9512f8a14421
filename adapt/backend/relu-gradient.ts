/** The gradients of ReLU and ReLU6 by their outputs: one operation where the engine has it, and one map to keep. */
import * as tf from "@tensorflow/tfjs-core";

/** As TensorFlow names them. */
export const RECTIFIERS = ["Relu", "Relu6"] as const;
export type Rectifier = (typeof RECTIFIERS)[number];

/** The name of the kernel, for engines that have it. */
export const gradientKernel = (kind: Rectifier) => `${kind}Grad`;

/** dL/dx from dL/dy and y; nothing passes at the kinks, as in PyTorch. */
export function reluGradient(kind: Rectifier, dy: tf.Tensor, y: tf.Tensor): tf.Tensor {
  const kernel = gradientKernel(kind);
  if (tf.getKernel(kernel, tf.getBackend())) return tf.engine().runKernel(kernel, { dy, y });
  return tf.tidy(() => {
    const passed = tf.mul(dy, tf.step(y));
    return kind === "Relu" ? passed : tf.mul(passed, tf.step(tf.sub(6, y)));
  });
}

/** Puts them in the place of TensorFlow.js' own, which keep the input and take three operations and more. */
export function registerReluGradients(): void {
  for (const kind of RECTIFIERS) {
    tf.unregisterGradient(kind);
    tf.registerGradient({
      kernelName: kind,
      outputsToSave: [true],
      gradFunc: (dy, [y]) => ({ x: () => reluGradient(kind, dy as tf.Tensor, y!) }),
    });
  }
}
