/** Dropout. Srivastava et al., JMLR 2014; scaled in training, as torch.nn.Dropout. */
import * as tf from "@tensorflow/tfjs-core";
import type { Layer, Mode } from "./layer.js";
import { sizeOf } from "./parameters.js";

/** Zeroes values with probability `rate` and scales the others by 1 / (1 - rate), where the mode brings a stream. */
export function dropout(rate: number): Layer {
  return {
    parameters: {},
    run: (_params, x, mode) =>
      mode?.dropout ? tf.tidy(() => tf.mul(x, mask(x, rate, mode.dropout!))) : x.clone(),
    cost: (shape) => ({ shape, multiplyAdds: 0, values: sizeOf(shape) }),
  };
}

function mask(x: tf.Tensor, rate: number, draw: NonNullable<Mode["dropout"]>): tf.Tensor {
  const scale = 1 / (1 - rate);
  const values = new Float32Array(x.size);
  for (let i = 0; i < values.length; i++) if (draw.next() >= rate) values[i] = scale;
  return tf.tensor(values, x.shape);
}
