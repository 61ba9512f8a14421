/**
 * Gradient kernels that the WebAssembly backend lacks or has slow (tfjs 4.22, issue 8474), composed from its fast
 * forward kernels:
 *  - the input gradient of a convolution is a stride-1 convolution of the (zero-dilated) output gradient with the
 *    flipped, transposed filter;
 *  - the filter gradient is one matrix product per filter tap;
 *  - a matrix product with a transposed factor transposes it first (10 to 50 times faster than the kernel's own way).
 * Dumoulin & Visin, "A guide to convolution arithmetic for deep learning", 2016, chapter 4.
 */
import * as tf from "@tensorflow/tfjs";

type Conv2DInfo = ReturnType<typeof tf.backend_util.computeConv2DInfo>;
type Pad = number | "valid" | "same" | tf.backend_util.ExplicitPadding;
type Strides = number | [number, number];

interface ConvAttributes {
  strides: Strides;
  pad: Pad;
  dimRoundingMode?: "floor" | "round" | "ceil";
  filterShape: [number, number, number, number];
  inputShape: [number, number, number, number];
}

let registered = false;

/** Registers the kernels, once. */
export function registerWasmGradients(): void {
  if (registered) return;
  registered = true;
  replaceKernel("Conv2DBackpropFilter", ({ x, dy }, a) => {
    const info = geometry(x!.shape as Shape4D, a.filterShape, a);
    return convFilterGradient(x as tf.Tensor4D, dy as tf.Tensor4D, info);
  });
  replaceKernel("Conv2DBackpropInput", ({ dy, filter }, a) => {
    const info = geometry(a.inputShape, filter!.shape as Shape4D, a);
    return convInputGradient(dy as tf.Tensor4D, filter as tf.Tensor4D, info);
  });
  replaceKernel("DepthwiseConv2dNativeBackpropFilter", ({ x, dy }, a) => {
    const info = geometry(x!.shape as Shape4D, a.filterShape, a, true);
    return depthwiseFilterGradient(x as tf.Tensor4D, dy as tf.Tensor4D, info);
  });
  replaceKernel("DepthwiseConv2dNativeBackpropInput", ({ dy, filter }, a) => {
    const info = geometry(a.inputShape, filter!.shape as Shape4D, a, true);
    return depthwiseInputGradient(dy as tf.Tensor4D, filter as tf.Tensor4D, info);
  });
  transposeBeforeMatMul();
}

type Shape4D = [number, number, number, number];
type Kernel = (inputs: Record<string, tf.Tensor | undefined>, attributes: ConvAttributes) => tf.Tensor;

function replaceKernel(kernelName: string, kernel: Kernel): void {
  if (tf.getKernel(kernelName, "wasm")) tf.unregisterKernel(kernelName, "wasm");
  const kernelFunc = ({ inputs, attrs }: { inputs: unknown; attrs?: unknown }) =>
    tf.tidy(() => kernel(inputs as Record<string, tf.Tensor>, attrs as ConvAttributes));
  tf.registerKernel({ kernelName, backendName: "wasm", kernelFunc });
}

function geometry(input: Shape4D, filter: Shape4D, a: ConvAttributes, depthwise = false): Conv2DInfo {
  return tf.backend_util.computeConv2DInfo(input, filter, a.strides, 1, a.pad, a.dimRoundingMode, depthwise);
}

/** dL/dW of shape [kh, kw, in, out]: for each tap, (input under the tap)ᵀ · dy. */
function convFilterGradient(x: tf.Tensor4D, dy: tf.Tensor4D, info: Conv2DInfo): tf.Tensor4D {
  const pixels = info.batchSize * info.outHeight * info.outWidth;
  const dyTransposed = dy.reshape([pixels, info.outChannels]).transpose();
  const taps = inputUnderTaps(x, info).map((input) =>
    tf.matMul(dyTransposed, input.reshape([pixels, info.inChannels])),
  );
  return tf
    .stack(taps)
    .transpose([0, 2, 1])
    .reshape([info.filterHeight, info.filterWidth, info.inChannels, info.outChannels]);
}

/** dL/dx of shape `info.inShape`. */
function convInputGradient(dy: tf.Tensor4D, filter: tf.Tensor4D, info: Conv2DInfo): tf.Tensor4D {
  const flipped = tf.reverse(filter, [0, 1]).transpose([0, 1, 3, 2]) as tf.Tensor4D;
  return tf.conv2d(spreadOut(dy, info), flipped, 1, "valid");
}

/** dL/dW of shape [kh, kw, channels, multiplier]: for each tap, the sum over pixels of (input under the tap) * dy. */
function depthwiseFilterGradient(x: tf.Tensor4D, dy: tf.Tensor4D, info: Conv2DInfo): tf.Tensor4D {
  const { inChannels, outChannels, filterHeight, filterWidth } = info;
  const multiplier = outChannels / inChannels;
  const pixels = info.batchSize * info.outHeight * info.outWidth;
  const gradient = dy.reshape([pixels, inChannels, multiplier]);
  const ones = tf.ones([1, pixels]); // a product with ones sums over pixels faster than a reduction of outer axes
  const taps = inputUnderTaps(x, info).map((input) =>
    tf.matMul(ones, input.reshape([pixels, inChannels, 1]).mul(gradient).reshape([pixels, outChannels])),
  );
  return tf.stack(taps).reshape([filterHeight, filterWidth, inChannels, multiplier]);
}

/** dL/dx of shape `info.inShape`, summed over the channel multiplier. */
function depthwiseInputGradient(dy: tf.Tensor4D, filter: tf.Tensor4D, info: Conv2DInfo): tf.Tensor4D {
  const [batch, height, width] = dy.shape;
  const channels = info.inChannels;
  const pixels = batch * height * width;
  const split = dy.reshape<tf.Tensor3D>([pixels, channels, info.outChannels / channels]);
  const flipped = tf.reverse(filter, [0, 1]);
  const parts = range(split.shape[2]).map((m) => {
    const part = tf
      .slice(split, [0, 0, m], [pixels, channels, 1])
      .reshape<tf.Tensor4D>([batch, height, width, channels]);
    return tf.depthwiseConv2d(
      spreadOut(part, info),
      tf.slice(flipped, [0, 0, 0, m], [-1, -1, -1, 1]),
      1,
      "valid",
    );
  });
  return parts.length === 1 ? parts[0]! : tf.addN(parts);
}

/** For each filter tap, row by row, the input pixels that it meets: [batch, outHeight, outWidth, inChannels]. */
function inputUnderTaps(x: tf.Tensor4D, info: Conv2DInfo): tf.Tensor4D[] {
  const { strideHeight, strideWidth, filterHeight, filterWidth } = info;
  const phases = stridePhases(x, info);
  const size: Shape4D = [info.batchSize, info.outHeight, info.outWidth, info.inChannels];
  const taps: tf.Tensor4D[] = [];
  for (let r = 0; r < filterHeight; r++)
    for (let s = 0; s < filterWidth; s++) {
      const phase = phases[r % strideHeight]![s % strideWidth]!;
      taps.push(tf.slice(phase, [0, Math.floor(r / strideHeight), Math.floor(s / strideWidth), 0], size));
    }
  return taps;
}

/** The padded input's pixels of each phase of the stride: phases[a][b] = padded[:, a::strideHeight, b::strideWidth]. */
function stridePhases(x: tf.Tensor4D, info: Conv2DInfo): tf.Tensor4D[][] {
  const { batchSize: n, inChannels: c, strideHeight, strideWidth } = info;
  const rows = info.outHeight + Math.floor((info.filterHeight - 1) / strideHeight);
  const columns = info.outWidth + Math.floor((info.filterWidth - 1) / strideWidth);
  const padded = place(
    x,
    [info.padInfo.top, rows * strideHeight],
    [info.padInfo.left, columns * strideWidth],
  );
  // Four axes, because slices of higher rank leave the WebAssembly kernel.
  const split = padded.reshape<tf.Tensor4D>([n * rows, strideHeight, columns, strideWidth * c]);
  return range(strideHeight).map((a) =>
    range(strideWidth).map((b) =>
      tf.slice(split, [0, a, 0, b * c], [n * rows, 1, columns, c]).reshape([n, rows, columns, c]),
    ),
  );
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
  const apart = tf.pad(dy.reshape([n * height, 1, width, c]), [
    none,
    [0, strideHeight - 1],
    none,
    [0, (strideWidth - 1) * c],
  ]);
  return apart.reshape([n, height * strideHeight, width * strideWidth, c]);
}

/** Pads with zeros or crops, so that pixel 0 of an axis comes to stand at `offset` of an axis of `size`. */
function place(
  x: tf.Tensor4D,
  [top, height]: [number, number],
  [left, width]: [number, number],
): tf.Tensor4D {
  const [n, inHeight, inWidth, c] = x.shape;
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

interface MatMulAttributes {
  transposeA: boolean;
  transposeB: boolean;
}

function transposeBeforeMatMul(): void {
  const original = tf.getKernel("BatchMatMul", "wasm");
  tf.unregisterKernel("BatchMatMul", "wasm");
  tf.registerKernel({
    ...original,
    kernelFunc: ({ inputs, attrs, backend }) => {
      const { a, b } = inputs as unknown as { a: tf.Tensor; b: tf.Tensor };
      const { transposeA, transposeB } = attrs as unknown as MatMulAttributes;
      if (!transposeA && !transposeB) return original.kernelFunc({ inputs, attrs, backend });
      return tf.tidy(() => tf.matMul(transposeA ? swapLastAxes(a) : a, transposeB ? swapLastAxes(b) : b));
    },
  });
}

function swapLastAxes(x: tf.Tensor): tf.Tensor {
  return tf.transpose(x, [...range(x.rank - 2), x.rank - 1, x.rank - 2]);
}

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
