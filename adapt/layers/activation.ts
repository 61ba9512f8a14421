/** Activation functions, where no kernel takes them in. */
import * as tf from "@tensorflow/tfjs-core";

export type Activation = "linear" | "relu" | "relu6";

export function activate(x: tf.Tensor, activation: Activation): tf.Tensor {
  if (activation === "linear") return x;
  return activation === "relu" ? tf.relu(x) : tf.relu6(x);
}
