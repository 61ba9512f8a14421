/**
 * A convolution, a bias and an activation: TensorFlow's eager operations one after the other, for its fused one has an
 * attribute that the package cannot hand on. The bias goes by an operation of its own, faster than a broadcast sum.
 */
import * as tf from "@tensorflow/tfjs-core";
import type { ConvAttributes } from "../geometry.js";
import { execute, type NativeKernel, type NativeKernels } from "./operation.js";

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
    const shifted = bias ? execute<tf.Tensor>(backend, "BiasAdd", [map, bias], { data_format: "NHWC" }) : map;
    return backend.applyActivation(shifted, a.activation, preluActivationWeights, a.leakyreluAlpha);
  };
}
