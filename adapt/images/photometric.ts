/**
 * Photometric operations on 8-bit RGB, as Pillow's ImageOps and ImageEnhance define them: what RandAugment draws from.
 * Each takes interleaved bytes and returns new ones; the strength is stated by each.
 */
import type { RgbImage } from "../../src/shared/image.js";

/** Stretches each channel to the whole range of bytes; a channel of one value stays. */
export function autocontrast({ data }: RgbImage): Buffer {
  return perChannel(data, (counts) => {
    const [low, high] = [counts.findIndex((n) => n > 0), counts.findLastIndex((n) => n > 0)];
    if (high <= low) return identityTable;
    const scale = 255 / (high - low);
    return table((v) => Math.trunc(v * scale - low * scale));
  });
}

/** Makes each channel's values equally frequent, by its cumulative histogram. */
export function equalize({ data }: RgbImage): Buffer {
  return perChannel(data, (counts) => {
    const total = counts.reduce((sum, n) => sum + n, 0);
    const step = Math.floor((total - counts[counts.findLastIndex((n) => n > 0)]!) / 255);
    if (step === 0) return identityTable;
    let below = Math.floor(step / 2);
    return table((v) => {
      const value = Math.floor(below / step);
      below += counts[v]!;
      return value;
    });
  });
}

/** Inverts bytes from `threshold` on, in [0, 256]; 256 inverts none. */
export const solarize = ({ data }: RgbImage, threshold: number): Buffer =>
  mapped(
    data,
    table((v) => (v < threshold ? v : 255 - v)),
  );

/** Keeps the upper `bits` of each byte, in [0, 8]. */
export const posterize = ({ data }: RgbImage, bits: number): Buffer =>
  mapped(
    data,
    table((v) => v & ~(2 ** (8 - bits) - 1)),
  );

/** Away from black: factor 0 is black, 1 the image. */
export const brightness = ({ data }: RgbImage, factor: number): Buffer => blended(data, factor, () => 0);

/** Away from the image's mean grey: factor 0 is that grey, 1 the image. */
export function contrast({ data }: RgbImage, factor: number): Buffer {
  let sum = 0;
  for (let i = 0; i < data.length; i += 3) sum += luma(data, i);
  const mean = Math.trunc(sum / (data.length / 3) + 0.5);
  return blended(data, factor, () => mean);
}

/** Away from the image without colour: factor 0 is grey, 1 the image. */
export const colour = ({ data }: RgbImage, factor: number): Buffer =>
  blended(data, factor, (i) => luma(data, i - (i % 3)));

/** Away from the smoothed image: factor 0 is smooth, 1 the image, above 1 sharper. */
export function sharpness(image: RgbImage, factor: number): Buffer {
  const smooth = smoothed(image);
  return blended(image.data, factor, (i) => smooth[i]!);
}

/** ITU-R 601 luma of the pixel that begins at `i`, in Pillow's fixed point. */
const luma = (rgb: Uint8Array, i: number): number =>
  (19595 * rgb[i]! + 38470 * rgb[i + 1]! + 7471 * rgb[i + 2]! + 0x8000) >> 16;

/** Pillow's SMOOTH: ones about a five, over thirteen; the outermost pixels stay. */
function smoothed({ data, width, height }: RgbImage): Buffer {
  const out = Buffer.from(data);
  const row = 3 * width;
  for (let y = 1; y < height - 1; y++)
    for (let i = y * row + 3; i < (y + 1) * row - 3; i++) {
      let sum = 4 * data[i]!;
      for (const line of [i - row, i, i + row]) sum += data[line - 3]! + data[line]! + data[line + 3]!;
      out[i] = Math.floor(sum / 13 + 0.5);
    }
  return out;
}

/** `from` + factor * (image - `from`), cut off to whole bytes. */
function blended(data: Uint8Array, factor: number, from: (i: number) => number): Buffer {
  const out = Buffer.alloc(data.length);
  for (let i = 0; i < data.length; i++) {
    const start = from(i);
    out[i] = clamped(Math.trunc(start + factor * (data[i]! - start)));
  }
  return out;
}

const clamped = (value: number): number => Math.max(0, Math.min(255, value));

const table = (of: (value: number) => number): Uint8Array =>
  Uint8Array.from({ length: 256 }, (_, value) => clamped(of(value)));

const identityTable = table((value) => value);

const mapped = (data: Uint8Array, by: Uint8Array): Buffer => Buffer.from(data.map((v) => by[v]!));

/** Maps each channel by a table that is made of its histogram. */
function perChannel(data: Uint8Array, tableOf: (counts: readonly number[]) => Uint8Array): Buffer {
  const out = Buffer.alloc(data.length);
  for (const channel of [0, 1, 2]) {
    const counts = new Array<number>(256).fill(0);
    for (let i = channel; i < data.length; i += 3) counts[data[i]!]!++;
    const by = tableOf(counts);
    for (let i = channel; i < data.length; i += 3) out[i] = by[data[i]!]!;
  }
  return out;
}
