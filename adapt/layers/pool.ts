/** Pooling. */
import * as tf from "@tensorflow/tfjs-core";
import type { Cost, Layer, Shape } from "./layer.js";
import { sizeOf } from "./parameters.js";

export interface MaxPoolOptions {
  /** Side of the window, in pixels. */
  kernel: number;
  stride: number;
  /** Pixels on every side; 0 where left out. */
  padding?: number;
  /** Keeps a last window that reaches over the edge, as torch.nn.MaxPool2d(ceil_mode=True). */
  ceil?: boolean;
}

/** Maximum over windows, as torch's MaxPool2d: padding never wins, `ceil` keeps a last, partial window. */
export function maxPool({ kernel, stride, padding = 0, ceil = false }: MaxPoolOptions): Layer {
  const output = (side: number) => {
    const steps = (side + 2 * padding - kernel) / stride;
    return (ceil ? Math.ceil(steps) : Math.floor(steps)) + 1;
  };
  const around = (side: number): [number, number] => {
    const reached = (output(side) - 1) * stride + kernel;
    return [padding, Math.max(padding, reached - side - padding)];
  };
  return {
    parameters: {},
    run: (_params, x) => {
      const [, height, width] = x.shape as [number, number, number, number];
      const pad: tf.backend_util.ExplicitPadding = [[0, 0], around(height), around(width), [0, 0]];
      return tf.maxPool(x as tf.Tensor4D, kernel, stride, pad);
    },
    cost: ([height, width, channels]) => pooled([output(height!), output(width!), channels!]),
  };
}

/** [batch, height, width, channels] -> [batch, channels]. */
export const globalAveragePool: Layer = {
  parameters: {},
  run: (_params, x) => tf.mean(x, [1, 2]),
  cost: ([, , channels]) => pooled([channels!]),
};

/** Means over non-overlapping windows; pixels that fill no window are left out, as torch.nn.AvgPool2d. */
export function averagePool(kernel: number): Layer {
  return {
    parameters: {},
    run: (_params, x) => tf.avgPool(x as tf.Tensor4D, kernel, kernel, "valid"),
    cost: ([height, width, channels]) =>
      pooled([Math.floor(height! / kernel), Math.floor(width! / kernel), channels!]),
  };
}

/**
 * Means over `side` x `side` windows that cover any map: window i of n pixels is [floor(i n / side),
 * ceil((i + 1) n / side)), as torch.nn.AdaptiveAvgPool2d.
 */
export function adaptiveAveragePool(side: number): Layer {
  return {
    parameters: {},
    run: (_params, x) => tf.tidy(() => averageColumns(averageRows(x, side), side)),
    cost: ([, , channels]) => pooled([side, side, channels!]),
  };
}

function averageRows(x: tf.Tensor, side: number): tf.Tensor {
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  if (height === side) return x;
  const means = tf.matMul(windowMeans(height, side), tf.reshape(x, [batch, height, width * channels]));
  return tf.reshape(means, [batch, side, width, channels]);
}

function averageColumns(x: tf.Tensor, side: number): tf.Tensor {
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  if (width === side) return x;
  const means = tf.matMul(windowMeans(width, side), tf.reshape(x, [batch * height, width, channels]));
  return tf.reshape(means, [batch, height, side, channels]);
}

/** [1, side, pixels]: row i averages window i. */
function windowMeans(pixels: number, side: number): tf.Tensor3D {
  const matrix = new Float32Array(side * pixels);
  for (let i = 0; i < side; i++) {
    const [start, end] = [Math.floor((i * pixels) / side), Math.ceil(((i + 1) * pixels) / side)];
    matrix.fill(1 / (end - start), i * pixels + start, i * pixels + end);
  }
  return tf.tensor3d(matrix, [1, side, pixels]);
}

/** [batch, height, width, channels] -> [batch, channels * height * width], in PyTorch's order. */
export const flatten: Layer = {
  parameters: {},
  run: (_params, x) => tf.tidy(() => tf.reshape(tf.transpose(x, [0, 3, 1, 2]), [x.shape[0]!, -1])),
  cost: (shape) => pooled([sizeOf(shape)]),
};

const pooled = (shape: Shape): Cost => ({ shape, multiplyAdds: 0, values: sizeOf(shape) });
