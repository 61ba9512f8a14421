/**
 * Convolution, bias and activation in one kernel, while gradients are recorded too: TensorFlow.js takes them apart
 * then, which keeps three maps a layer where one is enough.
 */
import * as tf from "@tensorflow/tfjs-core";
import { reluGradient } from "../backend/relu-gradient.js";
import type { Activation } from "./activation.js";

export interface FusedConv {
  x: tf.Tensor;
  filter: tf.Tensor;
  /** One number an output channel. */
  bias: tf.Tensor;
  stride: number;
  /** Pixels on every side, or "same". */
  pad: number | "same";
  depthwise: boolean;
  activation: Activation;
}

/** activation(convolution(x, filter) + bias). */
export function fusedConv({ x, filter, bias, stride, pad, depthwise, activation }: FusedConv): tf.Tensor {
  register();
  const attributes = {
    strides: [stride, stride],
    pad,
    dataFormat: "NHWC",
    dilations: [1, 1],
    activation,
  };
  return tf
    .engine()
    .runKernel(depthwise ? "AntbeeDepthwiseConv" : "AntbeeConv", { x, filter, bias }, attributes);
}

const KINDS = {
  AntbeeConv: {
    fused: "FusedConv2D",
    inputGradient: "Conv2DBackpropInput",
    filterGradient: "Conv2DBackpropFilter",
  },
  AntbeeDepthwiseConv: {
    fused: "FusedDepthwiseConv2D",
    inputGradient: "DepthwiseConv2dNativeBackpropInput",
    filterGradient: "DepthwiseConv2dNativeBackpropFilter",
  },
} as const;

const registered = new Set<string>();

/** Registers the kernels for the backend in use, and once their gradients. */
function register(): void {
  const backendName = tf.getBackend();
  if (registered.has(backendName)) return;
  for (const [kernelName, { fused }] of Object.entries(KINDS)) {
    const { kernelFunc } = tf.getKernel(fused, backendName);
    tf.registerKernel({ kernelName, backendName, kernelFunc });
    if (registered.size === 0) tf.registerGradient(gradientOf(kernelName as keyof typeof KINDS));
  }
  registered.add(backendName);
}

function gradientOf(kernelName: keyof typeof KINDS): tf.GradConfig {
  const { inputGradient, filterGradient } = KINDS[kernelName];
  const run = (kernel: string, inputs: tf.NamedTensorMap, attributes: object): tf.Tensor =>
    tf.engine().runKernel(kernel, inputs, attributes as tf.NamedAttrMap);
  return {
    kernelName,
    inputsToSave: ["x", "filter"],
    outputsToSave: [true],
    gradFunc: (dy, saved, attributes) => {
      const [x, filter, y] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
      const inner = beforeActivation(dy as tf.Tensor, y, attributes.activation as Activation);
      return {
        x: () => run(inputGradient, { dy: inner, filter }, { ...attributes, inputShape: x.shape }),
        filter: () => run(filterGradient, { x, dy: inner }, { ...attributes, filterShape: filter.shape }),
        bias: () => tf.sum(inner, [0, 1, 2]),
      };
    },
  };
}

/** The map that the last gradient was computed from: backward passes need one at a time, and keep all until they end. */
let lastInner: tf.Tensor | undefined;

/** The gradient before the activation, from the one after it and the activation's output. */
function beforeActivation(dy: tf.Tensor, y: tf.Tensor, activation: Activation): tf.Tensor {
  if (activation === "linear") return dy;
  lastInner?.dispose();
  lastInner = reluGradient(activation === "relu" ? "Relu" : "Relu6", dy, y);
  return lastInner;
}
