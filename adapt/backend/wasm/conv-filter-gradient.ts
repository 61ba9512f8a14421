/**
 * The filter gradient of a convolution: one matrix product of the input under each tap with the output gradient; where
 * that matrix would be too large, a convolution over pixels with channels and images exchanged.
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Conv2DInfo } from "../geometry.js";
import { registerHeapKernel, runKernel } from "./heap.js";

const PATCHES = "AntbeePatches";

/** Numbers in the matrix of patches beyond which the exchange is faster, for it needs none. */
const LARGE = 2 ** 23;

/** dL/dW of shape [kh, kw, in, out]. */
export function convFilterGradient(x: tf.Tensor4D, dy: tf.Tensor4D, info: Conv2DInfo): tf.Tensor4D {
  const pixels = info.batchSize * info.outHeight * info.outWidth;
  const patchSize = info.filterHeight * info.filterWidth * info.inChannels;
  return patchSize * pixels > LARGE ? exchanged(x, dy, info) : byPatches(x, dy, info);
}

/** (patches of the input)ᵀ · dy. */
function byPatches(x: tf.Tensor4D, dy: tf.Tensor4D, info: Conv2DInfo): tf.Tensor4D {
  const { filterHeight, filterWidth, inChannels, outChannels } = info;
  const planes = tf.transpose(x, [3, 0, 1, 2]);
  const patches = runKernel<tf.Tensor2D>(PATCHES, { planes }, { info });
  const pixels = patches.shape[1];
  const rows = tf.reshape<tf.Rank.R2>(dy, [pixels, outChannels]);
  return tf.reshape(tf.matMul(patches, rows), [filterHeight, filterWidth, inChannels, outChannels]);
}

/** dW[r, s, i, o] = sum over n, y, x of input[n, y stride + r, x stride + s, i] dy[n, y, x, o]: images are channels. */
function exchanged(x: tf.Tensor4D, dy: tf.Tensor4D, info: Conv2DInfo): tf.Tensor4D {
  const { padInfo, strideHeight, strideWidth, filterHeight, filterWidth, inChannels, outChannels } = info;
  const reach = (outputs: number, stride: number, kernel: number) => (outputs - 1) * stride + kernel;
  const after = (size: number, before: number, wanted: number) => wanted - size - before;
  const bottom = after(info.inHeight, padInfo.top, reach(info.outHeight, strideHeight, filterHeight));
  const right = after(info.inWidth, padInfo.left, reach(info.outWidth, strideWidth, filterWidth));
  const input = tf.transpose(crop(x, bottom, right), [3, 1, 2, 0]);
  const filter = tf.transpose(dy, [1, 2, 0, 3]);
  const around: tf.backend_util.ExplicitPadding = [
    [0, 0],
    [padInfo.top, Math.max(0, bottom)],
    [padInfo.left, Math.max(0, right)],
    [0, 0],
  ];
  const gradient = tf.conv2d(input, filter, 1, around, "NHWC", [strideHeight, strideWidth]);
  return tf.reshape(tf.transpose(gradient, [1, 2, 0, 3]), [
    filterHeight,
    filterWidth,
    inChannels,
    outChannels,
  ]);
}

/** Takes away what a negative padding says: rows and columns that no window reaches. */
function crop(x: tf.Tensor4D, bottom: number, right: number): tf.Tensor4D {
  if (bottom >= 0 && right >= 0) return x;
  const [n, height, width, channels] = x.shape;
  return tf.slice(x, [0, 0, 0, 0], [n, height + Math.min(0, bottom), width + Math.min(0, right), channels]);
}

export function registerFilterGradientKernels(): void {
  registerHeapKernel<{ info: Conv2DInfo }>({
    name: PATCHES,
    shape: (_inputs, { info }) => [
      info.filterHeight * info.filterWidth * info.inChannels,
      info.batchSize * info.outHeight * info.outWidth,
    ],
    fill: (out, { planes }, _inputs, { info }) => {
      let at = 0;
      for (let r = 0; r < info.filterHeight; r++)
        for (let s = 0; s < info.filterWidth; s++)
          for (let plane = 0; plane < info.inChannels * info.batchSize; plane++) {
            fillUnderTap(out, at, planes!, plane, info, r, s);
            at += info.outHeight * info.outWidth;
          }
    },
  });
}

/** The pixels of a plane that tap (r, s) meets, row by row from `at` on; zero where it meets padding. */
function fillUnderTap(
  out: Float32Array,
  at: number,
  planes: Float32Array,
  plane: number,
  info: Conv2DInfo,
  r: number,
  s: number,
): void {
  const { inHeight, inWidth, outHeight, outWidth, strideHeight, strideWidth, padInfo } = info;
  const left = s - padInfo.left;
  const first = Math.max(0, Math.ceil(-left / strideWidth));
  const last = Math.min(outWidth, Math.ceil((inWidth - left) / strideWidth));
  let to = at;
  for (let y = 0; y < outHeight; y++, to += outWidth) {
    const row = y * strideHeight + r - padInfo.top;
    if (row < 0 || row >= inHeight || first >= last) {
      out.fill(0, to, to + outWidth);
      continue;
    }
    const from = (plane * inHeight + row) * inWidth + left;
    for (let x = 0; x < first; x++) out[to + x] = 0;
    for (let x = first; x < last; x++) out[to + x] = planes[from + x * strideWidth]!;
    for (let x = Math.max(first, last); x < outWidth; x++) out[to + x] = 0;
  }
}
