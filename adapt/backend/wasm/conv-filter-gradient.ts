/**
 * The filter gradient of a convolution: matrix products of the input under each tap with the output gradient, over as
 * many lines of the output at a time as keep the matrix small enough for the processor's cache.
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Conv2DInfo } from "../geometry.js";
import { registerHeapKernel, runKernel } from "./heap.js";

const PATCHES = "AntbeePatches";
const ROWS = "AntbeeRows";

/** Numbers in a matrix of patches. */
const CHUNK = 2 ** 23;

/** Lines of the output, counted through all images. */
interface Lines {
  info: Conv2DInfo;
  first: number;
  end: number;
}

/** dL/dW of shape [kh, kw, in, out]. */
export function convFilterGradient(x: tf.Tensor4D, dy: tf.Tensor4D, info: Conv2DInfo): tf.Tensor4D {
  const { filterHeight, filterWidth, inChannels, outChannels, outWidth, outHeight, batchSize } = info;
  const all = batchSize * outHeight;
  const aTime = Math.max(1, Math.floor(CHUNK / (patchSize(info) * outWidth)));
  const planes = tf.transpose(x, [3, 0, 1, 2]);
  const rows = tf.reshape<tf.Rank.R2>(dy, [all * outWidth, outChannels]);
  let sum: tf.Tensor2D | undefined;
  for (let first = 0; first < all; first += aTime)
    sum = added(sum, () => productOf(planes, rows, { info, first, end: Math.min(all, first + aTime) }));
  return tf.reshape(sum!, [filterHeight, filterWidth, inChannels, outChannels]);
}

/** (patches of the input)ᵀ · dy. */
function productOf(planes: tf.Tensor, rows: tf.Tensor2D, lines: Lines): tf.Tensor2D {
  const { first, end, info } = lines;
  const patches = runKernel<tf.Tensor2D>(PATCHES, { planes }, lines);
  const whole = end - first === info.batchSize * info.outHeight;
  return tf.matMul(patches, whole ? rows : runKernel<tf.Tensor2D>(ROWS, { rows }, lines));
}

/** The sum, in place of what it is the sum of. */
function added(sum: tf.Tensor2D | undefined, term: () => tf.Tensor2D): tf.Tensor2D {
  const total = tf.tidy(() => (sum ? tf.add<tf.Tensor2D>(sum, term()) : term()));
  sum?.dispose();
  return total;
}

const patchSize = ({ filterHeight, filterWidth, inChannels }: Conv2DInfo) =>
  filterHeight * filterWidth * inChannels;

export function registerFilterGradientKernels(): void {
  registerHeapKernel<Lines>({
    name: PATCHES,
    shape: (_inputs, { info, first, end }) => [patchSize(info), (end - first) * info.outWidth],
    fill: (out, { planes }, _inputs, { info, first, end }) => {
      const { filterHeight, filterWidth, inChannels, batchSize, outHeight, outWidth } = info;
      let at = 0;
      for (let r = 0; r < filterHeight; r++)
        for (let s = 0; s < filterWidth; s++)
          for (let channel = 0; channel < inChannels; channel++)
            for (let line = first; line < end; ) {
              const [image, row] = [Math.floor(line / outHeight), line % outHeight];
              const rows = Math.min(outHeight - row, end - line);
              const plane = channel * batchSize + image;
              fillUnderTap(out, at, planes!, { plane, row, rows, r, s }, info);
              at += rows * outWidth;
              line += rows;
            }
    },
  });
  registerHeapKernel<Lines>({
    name: ROWS,
    shape: (_inputs, { info, first, end }) => [(end - first) * info.outWidth, info.outChannels],
    fill: (out, { rows }, _inputs, { info, first, end }) => {
      const line = info.outWidth * info.outChannels;
      out.set(rows!.subarray(first * line, end * line));
    },
  });
}

/** Rows of one image's output, the plane that they see, and the tap that they see it through. */
interface Window {
  plane: number;
  row: number;
  rows: number;
  r: number;
  s: number;
}

/** The pixels of a plane that a tap meets, row by row from `at` on; zero where it meets padding. */
function fillUnderTap(
  out: Float32Array,
  at: number,
  planes: Float32Array,
  w: Window,
  info: Conv2DInfo,
): void {
  const { inHeight, inWidth, outWidth, strideHeight, strideWidth, padInfo } = info;
  const [top, left] = [w.r - padInfo.top, w.s - padInfo.left];
  const [firstRow, endRow] = met(top, inHeight, strideHeight, [w.row, w.row + w.rows]);
  const columns = met(left, inWidth, strideWidth, [0, outWidth]);
  const to = at + (firstRow - w.row) * outWidth;
  const end = to + (endRow - firstRow) * outWidth;
  out.fill(0, at, to);
  out.fill(0, end, at + w.rows * outWidth);
  const from = (w.plane * inHeight + firstRow * strideHeight + top) * inWidth + left;
  if (to < end && strideHeight * strideWidth === 1 && inWidth === outWidth)
    copyShifted(out, [to, end], planes, from, columns, outWidth);
  else copyRows(out, [to, end], planes, from, columns, info);
}

type Range = [first: number, end: number];

/** Which outputs of a range meet the input through a tap at the offset. */
function met(offset: number, size: number, stride: number, [start, stop]: Range): Range {
  const first = Math.min(stop, Math.max(start, Math.ceil(-offset / stride)));
  return [first, Math.max(first, Math.min(stop, Math.ceil((size - offset) / stride)))];
}

/** Rows as long as the plane's, whose pixels are the plane's, moved: one copy, and zeros over what came around the edge. */
function copyShifted(
  out: Float32Array,
  [to, end]: Range,
  planes: Float32Array,
  from: number,
  [first, last]: Range,
  width: number,
): void {
  out.set(planes.subarray(from + first, from + end - to - width + last), to + first);
  for (let row = to; row < end; row += width) {
    for (let x = 0; x < first; x++) out[row + x] = 0;
    for (let x = last; x < width; x++) out[row + x] = 0;
  }
}

function copyRows(
  out: Float32Array,
  [to, end]: Range,
  planes: Float32Array,
  from: number,
  [first, last]: Range,
  { inWidth, outWidth, strideHeight, strideWidth }: Conv2DInfo,
): void {
  for (let [row, start] = [to, from]; row < end; row += outWidth, start += strideHeight * inWidth) {
    for (let x = 0; x < first; x++) out[row + x] = 0;
    for (let x = first; x < last; x++) out[row + x] = planes[start + x * strideWidth]!;
    for (let x = last; x < outWidth; x++) out[row + x] = 0;
  }
}
