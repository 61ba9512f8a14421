/** Fully connected layers. */
import * as tf from "@tensorflow/tfjs-core";
import { type Activation, activate } from "./activation.js";
import { type Layer, vector } from "./layer.js";

/** y = x · Wᵀ + b over the last axis, and an activation. @param name such as "classifier.1" */
export function linear(
  name: string,
  inputs: number,
  outputs: number,
  activation: Activation = "linear",
): Layer {
  const [weight, bias] = [`${name}.weight`, `${name}.bias`];
  return {
    parameters: {
      [weight]: { shape: [outputs, inputs], layout: "linear", trainable: true },
      [bias]: vector(outputs),
    },
    run: (params, x) =>
      tf.tidy(() => activate(tf.add(tf.matMul(x, params[weight]!), params[bias]!), activation)),
    cost: () => ({ shape: [outputs], multiplyAdds: inputs * outputs, values: outputs }),
  };
}
