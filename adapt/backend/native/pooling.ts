/** Pools with stated padding, and their gradients. Averages are over the pixels of a window that are no padding. */
import * as tf from "@tensorflow/tfjs-core";
import { type Conv2DInfo, type PoolAttributes, poolGeometry, type Shape4D } from "../geometry.js";
import { cropped, padded, paddedShape, validAttributes, windowAttributes } from "./explicit-padding.js";
import { type Attributes, execute, type NativeBackend, type NativeKernels } from "./operation.js";

export const pools: NativeKernels<PoolAttributes> = {
  MaxPool: (name, { x }, a, backend) => {
    const info = poolGeometry(x!.shape as Shape4D, a);
    return execute(backend, name, [x!], { ...windowAttributes(info), ksize: side(info) });
  },
  MaxPoolGrad: (name, { dy, input, output }, a, backend) => {
    const info = poolGeometry(input!.shape as Shape4D, a);
    return execute(backend, name, [input!, output!, dy!], { ...windowAttributes(info), ksize: side(info) });
  },
  AvgPool: (_name, { x }, a, backend) => {
    const info = poolGeometry(x!.shape as Shape4D, a);
    return tf.div(average(backend, padded(x!, info), info), share(backend, info));
  },
  AvgPoolGrad: (name, { dy, input }, a, backend) => {
    const info = poolGeometry(input!.shape as Shape4D, a);
    const inputs = [paddedShape(info), tf.div(dy!, share(backend, info))];
    return cropped(execute<tf.Tensor4D>(backend, name, inputs, valid(info)), info);
  },
};

/** TensorFlow's average takes no stated padding: the map is padded first, and its zeros count. */
const average = (backend: NativeBackend, map: tf.Tensor4D, info: Conv2DInfo): tf.Tensor4D =>
  execute(backend, "AvgPool", [map], valid(info));

/** Of each window, the share that is no padding. */
function share(backend: NativeBackend, info: Conv2DInfo): tf.Tensor4D {
  return average(backend, padded(tf.ones([1, info.inHeight, info.inWidth, 1]), info), info);
}

const valid = (info: Conv2DInfo): Attributes => ({ ...validAttributes(info), ksize: side(info) });
const side = (info: Conv2DInfo) => [1, info.filterHeight, info.filterWidth, 1];
