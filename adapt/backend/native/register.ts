/** Puts kernels of one's own into the native backend, after the package has registered its own. */
import * as tf from "@tensorflow/tfjs-core";
import type { Pad } from "../geometry.js";
import { convolutions } from "./convolution.js";
import { isExplicit } from "./explicit-padding.js";
import { fusedConvolutions } from "./fused-convolution.js";
import type { NativeBackend, NativeKernel, NativeKernels } from "./operation.js";
import { pools } from "./pooling.js";
import { registerReluGradientKernels } from "./relu-gradient.js";

/** Once. Of windows, the padding that the package's kernels take stays with them. */
export function registerNativeKernels(): void {
  registerReluGradientKernels();
  for (const [name, kernel] of Object.entries(fusedConvolutions)) replaceKernel(name, kernel);
  for (const kernels of [convolutions, pools] as NativeKernels<{ pad: Pad }>[])
    for (const [name, kernel] of Object.entries(kernels))
      replaceKernel(name, kernel, ({ pad }) => isExplicit(pad));
}

/** @param takes whether the kernel is for what has such attributes; the others stay with the package's */
function replaceKernel<Attributes>(
  kernelName: string,
  kernel: NativeKernel<Attributes>,
  takes: (attributes: Attributes) => boolean = () => true,
): void {
  const original = tf.getKernel(kernelName, "tensorflow");
  tf.unregisterKernel(kernelName, "tensorflow");
  tf.registerKernel({
    ...original,
    kernelFunc: ({ inputs, attrs, backend }) => {
      const attributes = attrs as unknown as Attributes;
      if (!takes(attributes)) return original.kernelFunc({ inputs, attrs, backend });
      const tensors = inputs as unknown as Record<string, tf.Tensor>;
      return tf.tidy(() => kernel(kernelName, tensors, attributes, backend as unknown as NativeBackend));
    },
  });
}
