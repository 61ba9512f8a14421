/** Pools with stated padding, and their gradients. Averages are over the pixels of a window that are no padding. */
import * as tf from "@tensorflow/tfjs";
import { type Conv2DInfo, type PoolAttributes, poolGeometry, type Shape4D } from "../geometry.js";
import { around, windowAttributes } from "./explicit-padding.js";
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
    const [[top, bottom], [left, right]] = around(info);
    const [n, height, width, channels] = info.inShape;
    const shape = tf.tensor1d([n, top + height + bottom, left + width + right, channels], "int32");
    const gradient = execute<tf.Tensor4D>(
      backend,
      name,
      [shape, tf.div(dy!, share(backend, info))],
      valid(info),
    );
    return tf.slice(gradient, [0, top, left, 0], info.inShape);
  },
};

/** TensorFlow's average takes no stated padding: the map is padded first, and its zeros count. */
const average = (backend: NativeBackend, map: tf.Tensor4D, info: Conv2DInfo): tf.Tensor4D =>
  execute(backend, "AvgPool", [map], valid(info));

/** Of each window, the share that is no padding. */
function share(backend: NativeBackend, info: Conv2DInfo): tf.Tensor4D {
  return average(backend, padded(tf.ones([1, info.inHeight, info.inWidth, 1]), info), info);
}

function padded(x: tf.Tensor, info: Conv2DInfo): tf.Tensor4D {
  const [rows, columns] = around(info);
  return tf.pad(x as tf.Tensor4D, [[0, 0], rows, columns, [0, 0]]);
}

function valid(info: Conv2DInfo): Attributes {
  const { strides } = windowAttributes(info);
  return { strides: strides!, padding: "VALID", data_format: "NHWC", ksize: side(info) };
}

const side = (info: Conv2DInfo) => [1, info.filterHeight, info.filterWidth, 1];
