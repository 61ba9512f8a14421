/** TensorFlow's own operations, run eagerly through the native package. */
import type * as tf from "@tensorflow/tfjs-core";

/** Of the package's backend, what kernels of one's own need. */
export interface NativeBackend {
  binding: NativeBinding;
  isUsingGpuDevice: boolean;
  executeSingleOutput(name: string, attributes: OperationAttribute[], inputs: tf.TensorInfo[]): tf.Tensor;
  applyActivation(x: tf.Tensor, activation: string, prelu?: tf.Tensor, leakyAlpha?: number): tf.Tensor;
}

/** By the kernel's name, which is handed on. What a kernel makes on the way is disposed by its caller. */
export type NativeKernels<Attributes> = Record<string, NativeKernel<Attributes>>;

export type NativeKernel<Attributes> = (
  name: string,
  inputs: Partial<Record<string, tf.Tensor>>,
  attributes: Attributes,
  backend: NativeBackend,
) => tf.Tensor;

/** The addon: its constants and the function that every operation goes through. */
export interface NativeBinding {
  readonly TF_Version: string;
  readonly TF_FLOAT: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_TYPE: number;
  executeOp(...parts: unknown[]): unknown;
  createTensor(...parts: unknown[]): unknown;
}

export interface OperationAttribute {
  name: string;
  type: number;
  value: unknown;
}

/** Attributes as TensorFlow names them: whole numbers, lists of them, truths, or text. */
export type Attributes = Record<string, number | readonly number[] | boolean | string>;

/** Runs an operation on float32 tensors that has one output. */
export function execute<T extends tf.Tensor>(
  backend: NativeBackend,
  name: string,
  inputs: tf.TensorInfo[],
  attributes: Attributes,
): T {
  const { binding } = backend;
  const typed = Object.entries(attributes).map(([key, value]) => ({
    name: key,
    type: typeOf(value, binding),
    value,
  }));
  const float = { name: "T", type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT };
  return backend.executeSingleOutput(name, [float, ...typed], inputs) as T;
}

function typeOf(value: Attributes[string], binding: NativeBinding): number {
  if (typeof value === "string") return binding.TF_ATTR_STRING;
  return typeof value === "boolean" ? binding.TF_ATTR_BOOL : binding.TF_ATTR_INT;
}
