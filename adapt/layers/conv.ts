/** Convolutions: with a bias, or with a BatchNorm. */
import * as tf from "@tensorflow/tfjs-core";
import { type Activation, activate } from "./activation.js";
import { batchNormAffine, batchNormSpecs, normaliseByBatch } from "./batch-norm.js";
import { fusedConv } from "./fused-conv.js";
import { type Cost, type Layer, type Shape, vector } from "./layer.js";
import { type ParameterSpec, sizeOf } from "./parameters.js";

/** TensorFlow pads SAME (the odd pixel at the bottom and right), PyTorch by the same width on all sides. */
export type Padding = "same" | "symmetric";

/** A convolution: channels in and out, kernel and stride in pixels. */
export interface ConvOptions {
  in: number;
  out: number;
  /** Side of the square kernel, in pixels. */
  kernel: number;
  /** 1 where left out. */
  stride?: number;
  /** "same"; or pixels on every side: half the kernel where left out or "symmetric". */
  padding?: Padding | number;
  /** One filter a channel (groups = in). */
  depthwise?: boolean;
}

/** Convolution without bias. @param name such as "features.transition1.conv" */
export function plainConv(name: string, o: ConvOptions): Layer {
  return {
    parameters: { [`${name}.weight`]: filterSpec(o) },
    run: (params, x) => convolve(x, params[`${name}.weight`]!, o),
    cost: (input) => convCost(input, o),
  };
}

/** Convolution with bias and an activation. @param name such as "features.0" */
export function conv(name: string, o: ConvOptions, activation: Activation): Layer {
  return {
    parameters: { [`${name}.weight`]: filterSpec(o), [`${name}.bias`]: vector(o.out) },
    run: (params, x) => fuse(x, params[`${name}.weight`]!, params[`${name}.bias`]!, o, activation),
    cost: (input) => convCost(input, o),
  };
}

/**
 * Convolution without bias, BatchNorm and an activation. At evaluation the BatchNorm is folded into the filter as it
 * runs, so that its scale and shift keep their gradients and a frozen network costs one kernel a layer.
 * @param conv name of the convolution, such as "features.0.0"
 * @param bn name of the BatchNorm, such as "features.0.1"
 */
export function convBatchNorm(conv: string, bn: string, o: ConvOptions, activation: Activation): Layer {
  const filterName = `${conv}.weight`;
  return {
    parameters: { [filterName]: filterSpec(o), ...batchNormSpecs(bn, o.out) },
    run: (params, x, mode) =>
      tf.tidy(() => {
        const filter = params[filterName]!;
        if (mode?.statistics)
          return activate(normaliseByBatch(params, convolve(x, filter, o), bn, mode), activation);
        const { scale, shift } = batchNormAffine(params, bn);
        const perChannel = o.depthwise ? tf.reshape(scale, [o.in, o.out / o.in]) : scale;
        return fuse(x, tf.mul(filter, perChannel), shift, o, activation);
      }),
    cost: (input) => convCost(input, o),
  };
}

/** Without bias and activation. */
function convolve(x: tf.Tensor, filter: tf.Tensor, o: ConvOptions): tf.Tensor {
  const apply = o.depthwise ? tf.depthwiseConv2d : tf.conv2d;
  return apply(x as tf.Tensor4D, filter as tf.Tensor4D, o.stride ?? 1, padOf(o));
}

const fuse = (x: tf.Tensor, filter: tf.Tensor, bias: tf.Tensor, o: ConvOptions, activation: Activation) =>
  fusedConv({
    x,
    filter,
    bias,
    stride: o.stride ?? 1,
    pad: padOf(o),
    depthwise: o.depthwise ?? false,
    activation,
  });

const padOf = (o: ConvOptions) => (o.padding === "same" ? "same" : pixelsAround(o));

function convCost([height, width]: Shape, o: ConvOptions): Cost {
  const shape = [outputSide(height!, o), outputSide(width!, o), o.out];
  const values = sizeOf(shape);
  return { shape, values, multiplyAdds: values * o.kernel ** 2 * (o.depthwise ? 1 : o.in) };
}

function outputSide(side: number, o: ConvOptions): number {
  const { kernel, stride = 1, padding } = o;
  if (padding === "same") return Math.ceil(side / stride);
  return Math.floor((side + 2 * pixelsAround(o) - kernel) / stride) + 1;
}

const pixelsAround = ({ kernel, padding }: ConvOptions): number =>
  typeof padding === "number" ? padding : Math.floor((kernel - 1) / 2);

function filterSpec({ in: inputs, out, kernel, depthwise }: ConvOptions): ParameterSpec {
  return depthwise
    ? { shape: [out, 1, kernel, kernel], layout: "depthwise", trainable: true, channels: inputs }
    : { shape: [out, inputs, kernel, kernel], layout: "conv", trainable: true };
}
