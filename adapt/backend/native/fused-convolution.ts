/** A convolution, a bias and an activation: TensorFlow's eager operations one after the other. */
import * as tf from "@tensorflow/tfjs-core";
import type { ConvAttributes } from "../geometry.js";
import type { NativeKernel, NativeKernels } from "./operation.js";

interface FusedAttributes extends ConvAttributes {
  activation: string;
  leakyreluAlpha?: number;
}

export const fusedConvolutions: NativeKernels<FusedAttributes> = {
  FusedConv2D: fused("Conv2D"),
  FusedDepthwiseConv2D: fused("DepthwiseConv2dNative"),
};

function fused(convolution: string): NativeKernel<FusedAttributes> {
  return (_name, { x, filter, bias, preluActivationWeights }, a, backend) => {
    const map = tf.engine().runKernel<tf.Tensor>(convolution, { x: x!, filter: filter! }, { ...a });
    const shifted = bias ? tf.add(map, bias) : map;
    return backend.applyActivation(shifted, a.activation, preluActivationWeights, a.leakyreluAlpha);
  };
}
