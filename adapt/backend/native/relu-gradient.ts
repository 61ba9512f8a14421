/** TensorFlow's own gradients of ReLU and ReLU6, which the package does not register. */
import * as tf from "@tensorflow/tfjs-core";
import { gradientKernel, RECTIFIERS } from "../relu-gradient.js";
import { execute, type NativeBackend } from "./operation.js";

export function registerReluGradientKernels(): void {
  for (const kernelName of RECTIFIERS.map(gradientKernel))
    tf.registerKernel({
      kernelName,
      backendName: "tensorflow",
      kernelFunc: ({ inputs: { dy, y }, backend }) =>
        execute(backend as unknown as NativeBackend, kernelName, [dy!, y!] as tf.TensorInfo[], {}),
    });
}
