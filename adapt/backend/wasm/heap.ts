/** Kernels of the WebAssembly backend that are loops over its heap: for copies that its own kernels do slowly. */

import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";

type Inputs = Record<string, tf.TensorInfo>;

interface HeapKernel<Attributes> {
  name: string;
  /** Of the float32 output. */
  shape(inputs: Inputs, attributes: Attributes): number[];
  /** Fills the output, which holds anything before. */
  fill(out: Float32Array, values: Record<string, Float32Array>, inputs: Inputs, attributes: Attributes): void;
}

/** Registers a kernel; one of that name is replaced. */
export function registerHeapKernel<Attributes>({ name, shape, fill }: HeapKernel<Attributes>): void {
  if (tf.getKernel(name, "wasm")) tf.unregisterKernel(name, "wasm");
  tf.registerKernel({
    kernelName: name,
    backendName: "wasm",
    kernelFunc: ({ inputs, attrs, backend }) => {
      const wasm = backend as BackendWasm;
      const tensors = inputs as unknown as Inputs;
      const attributes = attrs as unknown as Attributes;
      const out = wasm.makeOutput(shape(tensors, attributes), "float32"); // before the views: the heap may grow
      const view = (tensor: tf.TensorInfo) => wasm.typedArrayFromHeap(tensor) as Float32Array;
      const values = Object.fromEntries(Object.entries(tensors).map(([key, t]) => [key, view(t)]));
      fill(view(out), values, tensors, attributes);
      return out;
    },
  });
}

/** A float32 tensor's values to be read at once: on WebAssembly those in the heap, which may move, without a copy. */
export function readValues(tensor: tf.Tensor): Float32Array {
  if (tf.getBackend() !== "wasm") return tensor.dataSync<"float32">();
  return (tf.backend() as BackendWasm).typedArrayFromHeap(tensor) as Float32Array;
}

/** Runs a kernel by its name. */
export function runKernel<T extends tf.Tensor>(
  name: string,
  inputs: Record<string, tf.Tensor>,
  attributes = {},
): T {
  return tf.engine().runKernel(name, inputs, attributes) as T;
}
