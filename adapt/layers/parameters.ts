/**
 * Named parameters. Outside a computation they are `Weights`: plain arrays in PyTorch's layouts, as files hold them.
 * Inside one they are `Params`: tensors in TensorFlow's layouts, owned by whoever made them.
 */
import * as tf from "@tensorflow/tfjs-core";

/**
 * How a parameter is laid out, PyTorch -> TensorFlow:
 * conv [out, in, h, w] -> [h, w, in, out]; depthwise [channels * m, 1, h, w] -> [h, w, channels, m];
 * linear [out, in] -> [in, out]; vector unchanged.
 */
export type Layout = "conv" | "depthwise" | "linear" | "vector";

/** What a parameter is. */
export interface ParameterSpec {
  /** In PyTorch's layout. */
  shape: readonly number[];
  layout: Layout;
  /** False for running statistics, which no gradient moves. */
  trainable: boolean;
  /** Channels that a depthwise filter runs over. */
  channels?: number;
}

/** Parameters by torchvision's names. */
export type ParameterSpecs = Readonly<Record<string, ParameterSpec>>;

/** A parameter's values, in PyTorch's layout. */
export interface Weight {
  shape: readonly number[];
  data: Float32Array;
}

/** By torchvision's state_dict names, in PyTorch's layouts. Treated as immutable. */
export type Weights = Readonly<Record<string, Weight>>;

/** By torchvision's state_dict names, in TensorFlow's layouts. */
export type Params = Readonly<Record<string, tf.Tensor>>;

/** Makes the tensors of the named parameters. The caller disposes them. */
export function toParams(weights: Weights, specs: ParameterSpecs): Params {
  return Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => [name, toTensor(weights[name]!, spec)]),
  );
}

/** Reads one tensor back into a weight. */
export function toWeight(tensor: tf.Tensor, spec: ParameterSpec): Weight {
  const { toTorch } = layouts[spec.layout](spec);
  return {
    shape: spec.shape,
    data: valuesOf(() => (toTorch ? tf.transpose(tensor, toTorch) : tensor.clone())),
  };
}

/** The values of a tensor that `compute` makes. (`tf.tidy` would search a returned array for tensors, one by one.) */
export function valuesOf(compute: () => tf.Tensor): Float32Array {
  const tensor = tf.tidy(compute);
  const values = tensor.dataSync<"float32">().slice();
  tensor.dispose();
  return values;
}

function toTensor(weight: Weight, spec: ParameterSpec): tf.Tensor {
  const { torchView, toTf } = layouts[spec.layout](spec);
  return tf.tidy(() => {
    const torch = tf.tensor(weight.data, torchView, "float32");
    return toTf ? tf.transpose(torch, toTf) : torch;
  });
}

interface Conversion {
  /** PyTorch's array, seen with as many axes as TensorFlow's. */
  torchView: number[];
  toTf?: number[];
  toTorch?: number[];
}

const layouts: Record<Layout, (spec: ParameterSpec) => Conversion> = {
  conv: ({ shape }) => ({ torchView: [...shape], toTf: [2, 3, 1, 0], toTorch: [3, 2, 0, 1] }),
  depthwise: ({ shape: [out, , h, w], channels }) => ({
    torchView: [channels!, out! / channels!, h!, w!],
    toTf: [2, 3, 0, 1],
    toTorch: [2, 3, 0, 1],
  }),
  linear: ({ shape }) => ({ torchView: [...shape], toTf: [1, 0], toTorch: [1, 0] }),
  vector: ({ shape }) => ({ torchView: [...shape] }),
};

export const sizeOf = (shape: readonly number[]): number =>
  shape.reduce((product, side) => product * side, 1);
