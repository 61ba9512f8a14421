/** The gradients of a depthwise convolution. */
import * as tf from "@tensorflow/tfjs-core";
import type { Conv2DInfo, Shape4D } from "../geometry.js";
import { registerHeapKernel, runKernel } from "./heap.js";
import { range } from "./phases.js";

const FILTER_GRADIENT = "AntbeeDepthwiseFilterGradient";

/** dL/dW of shape [kh, kw, channels, multiplier]. */
export function depthwiseFilterGradient(x: tf.Tensor4D, dy: tf.Tensor4D, info: Conv2DInfo): tf.Tensor4D {
  return runKernel(FILTER_GRADIENT, { x, dy }, { info });
}

/** dL/dx of shape `info.inShape`, summed over the channel multiplier. */
export function depthwiseInputGradient(dy: tf.Tensor4D, filter: tf.Tensor4D, info: Conv2DInfo): tf.Tensor4D {
  const [batch, height, width] = dy.shape;
  const channels = info.inChannels;
  const pixels = batch * height * width;
  const split = tf.reshape<tf.Rank.R3>(dy, [pixels, channels, info.outChannels / channels]);
  const flipped = tf.reverse(filter, [0, 1]);
  const parts = range(split.shape[2]).map((m) => {
    const slice = tf.slice(split, [0, 0, m], [pixels, channels, 1]);
    const part = tf.reshape<tf.Rank.R4>(slice, [batch, height, width, channels]);
    return tf.depthwiseConv2d(
      spreadOut(part, info),
      tf.slice(flipped, [0, 0, 0, m], [-1, -1, -1, 1]),
      1,
      "valid",
    );
  });
  return parts.length === 1 ? parts[0]! : tf.addN(parts);
}

export function registerDepthwiseKernels(): void {
  registerHeapKernel<{ info: Conv2DInfo }>({
    name: FILTER_GRADIENT,
    shape: (_inputs, { info }) => [
      info.filterHeight,
      info.filterWidth,
      info.inChannels,
      info.outChannels / info.inChannels,
    ],
    fill: (out, { x, dy }, _inputs, { info }) => {
      const sums = new Float64Array(info.outChannels);
      for (let r = 0; r < info.filterHeight; r++)
        for (let s = 0; s < info.filterWidth; s++) {
          sums.fill(0);
          addUnderTap(sums, x!, dy!, info, r, s);
          out.set(sums, (r * info.filterWidth + s) * info.outChannels);
        }
    },
  });
}

/** Adds, channel by channel, the products of the output gradient with the input under tap (r, s). */
function addUnderTap(
  sums: Float64Array,
  x: Float32Array,
  dy: Float32Array,
  info: Conv2DInfo,
  r: number,
  s: number,
): void {
  const { batchSize, outHeight, outWidth, inHeight, inWidth, inChannels, outChannels, padInfo } = info;
  const multiplier = outChannels / inChannels;
  for (let n = 0; n < batchSize; n++)
    for (let y = 0; y < outHeight; y++) {
      const row = y * info.strideHeight + r - padInfo.top;
      if (row < 0 || row >= inHeight) continue;
      for (let column = 0; column < outWidth; column++) {
        const at = column * info.strideWidth + s - padInfo.left;
        if (at < 0 || at >= inWidth) continue;
        const input = ((n * inHeight + row) * inWidth + at) * inChannels;
        const output = ((n * outHeight + y) * outWidth + column) * outChannels;
        if (multiplier === 1)
          for (let c = 0; c < outChannels; c++) sums[c] = sums[c]! + x[input + c]! * dy[output + c]!;
        else
          for (let c = 0; c < outChannels; c++)
            sums[c] = sums[c]! + x[input + Math.floor(c / multiplier)]! * dy[output + c]!;
      }
    }
}

/** dy with stride - 1 zeros after each pixel, padded so that a "valid" convolution gives the input's size. */
function spreadOut(dy: tf.Tensor4D, info: Conv2DInfo): tf.Tensor4D {
  const { strideHeight, strideWidth, filterHeight, filterWidth, padInfo } = info;
  const dilated = strideHeight * strideWidth === 1 ? dy : dilate(dy, strideHeight, strideWidth);
  return place(
    dilated,
    [filterHeight - 1 - padInfo.top, info.inHeight + filterHeight - 1],
    [filterWidth - 1 - padInfo.left, info.inWidth + filterWidth - 1],
  );
}

function dilate(dy: tf.Tensor4D, strideHeight: number, strideWidth: number): tf.Tensor4D {
  const [n, height, width, c] = dy.shape;
  const none: [number, number] = [0, 0];
  const apart = tf.pad(tf.reshape(dy, [n * height, 1, width, c]), [
    none,
    [0, strideHeight - 1],
    none,
    [0, (strideWidth - 1) * c],
  ]);
  return tf.reshape(apart, [n, height * strideHeight, width * strideWidth, c]);
}

/** Pads with zeros or crops, so that pixel 0 of an axis comes to stand at `offset` of an axis of `size`. */
function place(
  x: tf.Tensor4D,
  [top, height]: [number, number],
  [left, width]: [number, number],
): tf.Tensor4D {
  const [n, inHeight, inWidth, c] = x.shape as Shape4D;
  const rows = overlap(inHeight, top, height);
  const columns = overlap(inWidth, left, width);
  const whole = rows.length === inHeight && columns.length === inWidth;
  const kept = whole
    ? x
    : tf.slice(x, [0, rows.start, columns.start, 0], [n, rows.length, columns.length, c]);
  if (rows.length === height && columns.length === width) return kept;
  return tf.pad(kept, [[0, 0], rows.around, columns.around, [0, 0]]);
}

function overlap(length: number, offset: number, size: number) {
  const start = Math.max(0, -offset);
  const kept = Math.min(length, size - offset) - start;
  const before = Math.max(0, offset);
  return { start, length: kept, around: [before, size - before - kept] as [number, number] };
}
