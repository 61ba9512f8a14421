/** The phases of a strided convolution, axis by axis. */
import type { Conv2DInfo } from "../geometry.js";

/** One axis of a strided convolution, as its input gradient sees it. */
export interface Axis {
  input: number;
  output: number;
  kernel: number;
  stride: number;
  /** Pixels of padding before. */
  before: number;
}

export const rows = (info: Conv2DInfo): Axis => ({
  input: info.inHeight,
  output: info.outHeight,
  kernel: info.filterHeight,
  stride: info.strideHeight,
  before: info.padInfo.top,
});

export const columns = (info: Conv2DInfo): Axis => ({
  input: info.inWidth,
  output: info.outWidth,
  kernel: info.filterWidth,
  stride: info.strideWidth,
  before: info.padInfo.left,
});

/**
 * The pixels i = offset, offset + stride, ... of the input's gradient: a stride-1 correlation of the output's gradient,
 * padded, with some of the filter's taps.
 */
export interface Phase {
  offset: number;
  /** In the order in which the correlation meets them; none where no output saw these pixels. */
  taps: number[];
  /** Of the output's gradient; negative where it is cropped. */
  padding: [before: number, after: number];
}

/**
 * The phases of an axis. Output o sees input i through tap r where o stride + r - before = i, so that pixel
 * stride m + offset meets the taps r0 + stride q at o = m + shift - q.
 */
export function phases({ input, output, kernel, stride, before }: Axis): Phase[] {
  return range(stride).map((offset) => {
    const first = (offset + before) % stride;
    const shift = (offset + before - first) / stride;
    const taps = range(Math.max(0, Math.ceil((kernel - first) / stride))).map((q) => first + stride * q);
    const pixels = Math.ceil((input - offset) / stride);
    const left = taps.length - 1 - shift;
    return { offset, taps: taps.reverse(), padding: [left, pixels - output - left + taps.length - 1] };
  });
}

export const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
