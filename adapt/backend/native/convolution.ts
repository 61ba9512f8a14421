/** Convolutions with stated padding, and their gradients: these are faster over a map that is padded first. */
import * as tf from "@tensorflow/tfjs-core";
import { type Conv2DInfo, type ConvAttributes, geometry, type Shape4D } from "../geometry.js";
import {
  cropped,
  isSame,
  padded,
  paddedShape,
  validAttributes,
  windowAttributes,
} from "./explicit-padding.js";
import { execute, type NativeKernel, type NativeKernels } from "./operation.js";

/** The operations' names are those of the kernels. */
export const convolutions: NativeKernels<ConvAttributes> = {
  Conv2D: forward(false),
  Conv2DBackpropInput: inputGradient(false),
  Conv2DBackpropFilter: filterGradient(false),
  DepthwiseConv2dNative: forward(true),
  DepthwiseConv2dNativeBackpropInput: inputGradient(true),
  DepthwiseConv2dNativeBackpropFilter: filterGradient(true),
};

type Kernel = NativeKernel<ConvAttributes>;

function forward(depthwise: boolean): Kernel {
  return (name, { x, filter }, a, backend) => {
    const info = geometry(x!.shape as Shape4D, filter!.shape as Shape4D, a, depthwise);
    return execute(backend, name, [x!, filter!], attributes(info));
  };
}

function inputGradient(depthwise: boolean): Kernel {
  return (name, { dy, filter }, a, backend) => {
    const info = geometry(a.inputShape, filter!.shape as Shape4D, a, depthwise);
    if (isSame(info))
      return execute(backend, name, [tf.tensor1d(a.inputShape, "int32"), filter!, dy!], attributes(info));
    const gradient = execute<tf.Tensor4D>(backend, name, [paddedShape(info), filter!, dy!], valid(info));
    return cropped(gradient, info);
  };
}

function filterGradient(depthwise: boolean): Kernel {
  return (name, { x, dy }, a, backend) => {
    const info = geometry(x!.shape as Shape4D, a.filterShape, a, depthwise);
    const shape = tf.tensor1d(a.filterShape, "int32");
    if (isSame(info)) return execute(backend, name, [x!, shape, dy!], attributes(info));
    return execute(backend, name, [padded(x!, info), shape, dy!], valid(info));
  };
}

const attributes = (info: Conv2DInfo) => ({ ...windowAttributes(info), ...dilations(info) });
const valid = (info: Conv2DInfo) => ({ ...validAttributes(info), ...dilations(info) });
const dilations = (info: Conv2DInfo) => ({ dilations: [1, info.dilationHeight, info.dilationWidth, 1] });
