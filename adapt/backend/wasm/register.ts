/**
 * Gradient kernels that the WebAssembly backend lacks or has slow (tfjs 4.22, issue 8474), composed from its fast
 * forward kernels and from copies in its heap.
 */
import * as tf from "@tensorflow/tfjs-core";
import { type ConvAttributes, geometry, type Shape4D } from "../geometry.js";
import { convFilterGradient, registerFilterGradientKernels } from "./conv-filter-gradient.js";
import { convInputGradient, registerInputGradientKernels } from "./conv-input-gradient.js";
import {
  depthwiseFilterGradient,
  depthwiseInputGradient,
  registerDepthwiseKernels,
} from "./depthwise-gradients.js";
import { shareClones } from "./identity.js";
import { transposeBeforeMatMul } from "./mat-mul.js";
import { registerMaxPoolGradient } from "./max-pool-gradient.js";
import { registerSum } from "./sum.js";

let registered = false;

/** Registers the kernels, once. */
export function registerWasmKernels(): void {
  if (registered) return;
  registered = true;
  registerFilterGradientKernels();
  registerInputGradientKernels();
  registerDepthwiseKernels();
  registerMaxPoolGradient();
  transposeBeforeMatMul();
  shareClones();
  registerSum();
  replaceKernel("Conv2DBackpropFilter", ({ x, dy }, a) => {
    const info = geometry(x!.shape as Shape4D, a.filterShape, a);
    return convFilterGradient(x as tf.Tensor4D, dy as tf.Tensor4D, info);
  });
  replaceKernel("Conv2DBackpropInput", ({ dy, filter }, a) => {
    const info = geometry(a.inputShape, filter!.shape as Shape4D, a);
    return convInputGradient(dy as tf.Tensor4D, filter as tf.Tensor4D, info);
  });
  replaceKernel("DepthwiseConv2dNativeBackpropFilter", ({ x, dy }, a) => {
    const info = geometry(x!.shape as Shape4D, a.filterShape, a, true);
    return depthwiseFilterGradient(x as tf.Tensor4D, dy as tf.Tensor4D, info);
  });
  replaceKernel("DepthwiseConv2dNativeBackpropInput", ({ dy, filter }, a) => {
    const info = geometry(a.inputShape, filter!.shape as Shape4D, a, true);
    return depthwiseInputGradient(dy as tf.Tensor4D, filter as tf.Tensor4D, info);
  });
}

type Kernel = (inputs: Record<string, tf.Tensor | undefined>, attributes: ConvAttributes) => tf.Tensor;

function replaceKernel(kernelName: string, kernel: Kernel): void {
  if (tf.getKernel(kernelName, "wasm")) tf.unregisterKernel(kernelName, "wasm");
  const kernelFunc = ({ inputs, attrs }: { inputs: unknown; attrs?: unknown }) =>
    tf.tidy(() => kernel(inputs as Record<string, tf.Tensor>, attrs as ConvAttributes));
  tf.registerKernel({ kernelName, backendName: "wasm", kernelFunc });
}
