/** Convolutions with stated padding, and their gradients. */
import * as tf from "@tensorflow/tfjs";
import { type Conv2DInfo, type ConvAttributes, geometry, type Shape4D } from "../geometry.js";
import { windowAttributes } from "./explicit-padding.js";
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
    return execute(backend, name, [tf.tensor1d(a.inputShape, "int32"), filter!, dy!], attributes(info));
  };
}

function filterGradient(depthwise: boolean): Kernel {
  return (name, { x, dy }, a, backend) => {
    const info = geometry(x!.shape as Shape4D, a.filterShape, a, depthwise);
    return execute(backend, name, [x!, tf.tensor1d(a.filterShape, "int32"), dy!], attributes(info));
  };
}

const attributes = (info: Conv2DInfo) => ({
  ...windowAttributes(info),
  dilations: [1, info.dilationHeight, info.dilationWidth, 1],
});
