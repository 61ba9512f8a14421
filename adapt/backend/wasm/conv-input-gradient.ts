/**
 * The input gradient of a convolution, without the zeros that a strided one is usually spread out with: for each phase
 * of the stride, a forward convolution of the output gradient with the phase's taps, transposed. Dumoulin & Visin,
 * "A guide to convolution arithmetic for deep learning", 2016, chapter 4.
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Conv2DInfo, Shape4D } from "../geometry.js";
import { registerHeapKernel, runKernel } from "./heap.js";
import { columns, type Phase, phases, rows } from "./phases.js";

const TRANSPOSED_TAPS = "AntbeeTransposedTaps";
const INTERLEAVE = "AntbeeInterleave";

/** dL/dx of shape `info.inShape`. */
export function convInputGradient(dy: tf.Tensor4D, filter: tf.Tensor4D, info: Conv2DInfo): tf.Tensor4D {
  const pairs = phases(rows(info)).flatMap((row) => phases(columns(info)).map((column) => ({ row, column })));
  const seen = pairs.filter(({ row, column }) => row.taps.length * column.taps.length > 0);
  const parts = seen.map(({ row, column }) => {
    const taps = runKernel<tf.Tensor4D>(
      TRANSPOSED_TAPS,
      { filter },
      { rows: row.taps, columns: column.taps },
    );
    return correlate(dy, taps, row.padding, column.padding);
  });
  if (pairs.length === 1) return parts[0]!;
  const inputs = Object.fromEntries(parts.map((part, i) => [i, part]));
  return runKernel(INTERLEAVE, inputs, { info, phases: seen });
}

/** A stride-1 convolution of the padded or cropped map. */
function correlate(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  padRows: Phase["padding"],
  padColumns: Phase["padding"],
): tf.Tensor4D {
  const [n, height, width, channels] = x.shape;
  const [top, left] = [Math.max(0, -padRows[0]), Math.max(0, -padColumns[0])];
  const kept: Shape4D = [
    n,
    height - top - Math.max(0, -padRows[1]),
    width - left - Math.max(0, -padColumns[1]),
    channels,
  ];
  const whole = kept[1] === height && kept[2] === width;
  const positive = (pad: Phase["padding"]): [number, number] => [Math.max(0, pad[0]), Math.max(0, pad[1])];
  return tf.conv2d(whole ? x : tf.slice(x, [0, top, left, 0], kept), filter, 1, [
    [0, 0],
    positive(padRows),
    positive(padColumns),
    [0, 0],
  ]);
}

interface Taps {
  rows: number[];
  columns: number[];
}

interface Interleaving {
  info: Conv2DInfo;
  phases: { row: Phase; column: Phase }[];
}

export function registerInputGradientKernels(): void {
  registerHeapKernel<Taps>({
    name: TRANSPOSED_TAPS,
    shape: ({ filter }, { rows, columns }) => [
      rows.length,
      columns.length,
      filter!.shape[3]!,
      filter!.shape[2]!,
    ],
    fill: (out, { filter }, inputs, { rows, columns }) => {
      const [, width, inputChannels, outputChannels] = inputs.filter!.shape as Shape4D;
      const size = inputChannels * outputChannels;
      let at = 0;
      for (const r of rows)
        for (const s of columns) {
          const tap = filter!.subarray((r * width + s) * size, (r * width + s + 1) * size);
          transposeInto(out.subarray(at, at + size), tap, inputChannels, outputChannels);
          at += size;
        }
    },
  });
  registerHeapKernel<Interleaving>({
    name: INTERLEAVE,
    shape: (_inputs, { info }) => info.inShape,
    fill: (out, values, inputs, { info, phases }) => {
      if (phases.length < info.strideHeight * info.strideWidth) out.fill(0);
      phases.forEach(({ row, column }, i) => {
        scatter(out, values[i]!, inputs[i]!.shape as Shape4D, info, row.offset, column.offset);
      });
    },
  });
}

/** Side of the squares that are transposed one by one, so that both sides stay in the cache. */
const TILE = 16;

/** [rows, columns] -> [columns, rows]. */
function transposeInto(out: Float32Array, x: Float32Array, rows: number, columns: number): void {
  for (let r0 = 0; r0 < rows; r0 += TILE)
    for (let c0 = 0; c0 < columns; c0 += TILE) {
      const [r1, c1] = [Math.min(rows, r0 + TILE), Math.min(columns, c0 + TILE)];
      for (let c = c0; c < c1; c++) for (let r = r0; r < r1; r++) out[c * rows + r] = x[r * columns + c]!;
    }
}

/** Puts a phase's pixels to their places. */
function scatter(
  out: Float32Array,
  part: Float32Array,
  [batch, height, width, channels]: Shape4D,
  info: Conv2DInfo,
  top: number,
  left: number,
): void {
  let from = 0;
  for (let n = 0; n < batch; n++)
    for (let y = 0; y < height; y++) {
      const line = (n * info.inHeight + y * info.strideHeight + top) * info.inWidth;
      for (let x = 0; x < width; x++) {
        const to = (line + x * info.strideWidth + left) * channels;
        for (let c = 0; c < channels; c++) out[to + c] = part[from++]!;
      }
    }
}
