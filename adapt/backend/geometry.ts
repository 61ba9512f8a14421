/** The geometry of convolutions and pools, from the attributes of their kernels. */
import * as tf from "@tensorflow/tfjs-core";

export type Conv2DInfo = ReturnType<typeof tf.backend_util.computeConv2DInfo>;
export type Shape4D = [number, number, number, number];

export type Pad = number | "valid" | "same" | tf.backend_util.ExplicitPadding;

interface WindowAttributes {
  strides: number | [number, number];
  pad: Pad;
  dimRoundingMode?: "floor" | "round" | "ceil";
}

export interface ConvAttributes extends WindowAttributes {
  /** 1 where left out; gradients know no other. */
  dilations?: number | [number, number];
  filterShape: Shape4D;
  inputShape: Shape4D;
}

export interface PoolAttributes extends WindowAttributes {
  filterSize: number | [number, number];
}

export function geometry(input: Shape4D, filter: Shape4D, a: ConvAttributes, depthwise = false): Conv2DInfo {
  const { strides, dilations = 1, pad, dimRoundingMode } = a;
  return tf.backend_util.computeConv2DInfo(
    input,
    filter,
    strides,
    dilations,
    pad,
    dimRoundingMode,
    depthwise,
  );
}

export function poolGeometry(input: Shape4D, a: PoolAttributes): Conv2DInfo {
  const { filterSize, strides, pad, dimRoundingMode } = a;
  return tf.backend_util.computePool2DInfo(input, filterSize, strides, 1, pad, dimRoundingMode);
}
