/** The gradient of max pooling: each output's goes to the first of its window's largest pixels, as in PyTorch. */
import { type Conv2DInfo, type PoolAttributes, poolGeometry, type Shape4D } from "../geometry.js";
import { registerHeapKernel } from "./heap.js";

export function registerMaxPoolGradient(): void {
  registerHeapKernel<PoolAttributes>({
    name: "MaxPoolGrad",
    shape: ({ input }) => [...input!.shape],
    fill: (dx, { dy, input, output }, inputs, a) => {
      const info = poolGeometry(inputs.input!.shape as Shape4D, a);
      dx.fill(0);
      scatterToLargest(dx, dy!, input!, output!, info);
    },
  });
}

function scatterToLargest(
  dx: Float32Array,
  dy: Float32Array,
  x: Float32Array,
  y: Float32Array,
  info: Conv2DInfo,
): void {
  const { batchSize, outHeight, outWidth, inChannels: channels } = info;
  const largest = new Int32Array(channels);
  let at = 0;
  for (let n = 0; n < batchSize; n++)
    for (let row = 0; row < outHeight; row++)
      for (let column = 0; column < outWidth; column++, at += channels) {
        for (const pixel of window(info, n, row, column).reverse()) // so that the first one is put down last
          for (let c = 0; c < channels; c++) if (x[pixel + c] === y[at + c]) largest[c] = pixel + c;
        for (let c = 0; c < channels; c++) dx[largest[c]!] = dx[largest[c]!]! + dy[at + c]!;
      }
}

/** Where the pixels of an output's window begin, row by row; padding is left out. */
function window(info: Conv2DInfo, n: number, row: number, column: number): number[] {
  const pixels: number[] = [];
  for (let r = 0; r < info.filterHeight; r++) {
    const y = row * info.strideHeight + r - info.padInfo.top;
    if (y < 0 || y >= info.inHeight) continue;
    for (let s = 0; s < info.filterWidth; s++) {
      const x = column * info.strideWidth + s - info.padInfo.left;
      if (x >= 0 && x < info.inWidth)
        pixels.push(((n * info.inHeight + y) * info.inWidth + x) * info.inChannels);
    }
  }
  return pixels;
}
