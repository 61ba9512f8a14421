/**
 * Layers as plain functions over named parameters. A layer states which parameters it reads, by torchvision's names,
 * and computes; it holds no state of its own.
 */
import * as tf from "@tensorflow/tfjs";
import type { ParameterSpec, ParameterSpecs, Params } from "./parameters.js";

export interface Layer {
  parameters: ParameterSpecs;
  /** Images and feature maps are [batch, height, width, channels]; pooled features are [batch, channels]. */
  run(params: Params, x: tf.Tensor): tf.Tensor;
}

/** TensorFlow pads SAME (the odd pixel at the bottom and right), PyTorch by the same width on all sides. */
export type Padding = "same" | "symmetric";

export type Activation = "linear" | "relu" | "relu6";

export interface ConvOptions {
  in: number;
  out: number;
  /** Side of the square kernel, in pixels. */
  kernel: number;
  stride: number;
  padding: Padding;
  /** One filter a channel (groups = in). */
  depthwise?: boolean;
}

/** torchvision's; TensorFlow's default is 1e-3. */
export const BATCH_NORM_EPSILON = 1e-5;

/**
 * Convolution without bias, BatchNorm in inference mode and an activation. The BatchNorm is folded into the filter as
 * it runs, so that its scale and shift keep their gradients and a frozen network costs one kernel a layer.
 * @param conv name of the convolution, such as "features.0.0"
 * @param bn name of the BatchNorm, such as "features.0.1"
 */
export function convBatchNorm(conv: string, bn: string, o: ConvOptions, activation: Activation): Layer {
  const filterName = `${conv}.weight`;
  const apply = o.depthwise ? tf.fused.depthwiseConv2d : tf.fused.conv2d;
  const pad = o.padding === "same" ? "same" : Math.floor((o.kernel - 1) / 2);
  return {
    parameters: { [filterName]: filterSpec(o), ...batchNormSpecs(bn, o.out) },
    run: (params, x) =>
      tf.tidy(() => {
        const { scale, shift } = batchNormAffine(params, bn);
        const filter = params[filterName] as tf.Tensor4D;
        const perChannel = o.depthwise ? scale.reshape([o.in, o.out / o.in]) : scale;
        const folded = tf.mul(filter, perChannel) as tf.Tensor4D;
        return apply({
          x: x as tf.Tensor4D,
          filter: folded,
          strides: o.stride,
          pad,
          bias: shift,
          activation,
        });
      }),
  };
}

/** y = x · Wᵀ + b over the last axis. @param name such as "classifier.1" */
export function linear(name: string, inputs: number, outputs: number): Layer {
  return {
    parameters: {
      [`${name}.weight`]: { shape: [outputs, inputs], layout: "linear", trainable: true },
      [`${name}.bias`]: vector(outputs),
    },
    run: (params, x) =>
      tf.tidy(() => tf.add(tf.matMul(x, params[`${name}.weight`]!), params[`${name}.bias`]!)),
  };
}

/** [batch, height, width, channels] -> [batch, channels]. */
export const globalAveragePool: Layer = { parameters: {}, run: (_params, x) => tf.mean(x, [1, 2]) };

/** One layer after the other. */
export function sequence(...layers: Layer[]): Layer {
  return {
    parameters: Object.assign({}, ...layers.map((layer) => layer.parameters)),
    run: (params, x) => tf.tidy(() => layers.reduce((y, layer) => layer.run(params, y), x)),
  };
}

/** x + body(x). */
export function residual(body: Layer): Layer {
  return {
    parameters: body.parameters,
    run: (params, x) => tf.tidy(() => tf.add(x, body.run(params, x))),
  };
}

/** The BatchNorm as y = scale * x + shift, per channel. */
function batchNormAffine(params: Params, bn: string): { scale: tf.Tensor1D; shift: tf.Tensor1D } {
  const [weight, bias, mean, variance] = ["weight", "bias", "running_mean", "running_var"].map(
    (part) => params[`${bn}.${part}`]!,
  );
  const scale = tf.mul(weight!, tf.rsqrt(tf.add(variance!, BATCH_NORM_EPSILON))) as tf.Tensor1D;
  return { scale, shift: tf.sub(bias!, tf.mul(mean!, scale)) as tf.Tensor1D };
}

function filterSpec({ in: inputs, out, kernel, depthwise }: ConvOptions): ParameterSpec {
  return depthwise
    ? { shape: [out, 1, kernel, kernel], layout: "depthwise", trainable: true, channels: inputs }
    : { shape: [out, inputs, kernel, kernel], layout: "conv", trainable: true };
}

function batchNormSpecs(bn: string, channels: number): ParameterSpecs {
  return {
    [`${bn}.weight`]: vector(channels),
    [`${bn}.bias`]: vector(channels),
    [`${bn}.running_mean`]: { ...vector(channels), trainable: false },
    [`${bn}.running_var`]: { ...vector(channels), trainable: false },
  };
}

const vector = (length: number): ParameterSpec => ({ shape: [length], layout: "vector", trainable: true });
