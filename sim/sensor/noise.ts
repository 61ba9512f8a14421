/** Noise of light and of the electronics. */
import type { SensorValues } from "./sensor-values.js";

/**
 * Adds noise in place. Shot noise grows with the root of the light, read noise does not; both are Gaussian to a good
 * approximation: at level v of 255 their standard deviation is 255 √(shot² v / 255 + read²).
 */
export function addNoise(
  rgb: Uint8Array,
  { shotNoise, readNoise, detail }: Pick<SensorValues, "shotNoise" | "readNoise" | "detail">,
): void {
  if (shotNoise === 0 && readNoise === 0) return;
  const spread = Float32Array.from(
    { length: 256 },
    (_, v) => 255 * Math.sqrt(shotNoise ** 2 * (v / 255) + readNoise ** 2),
  );
  let state = detail | 0;
  for (let i = 0; i < rgb.length; i++) {
    // Mulberry32; the sum of its four bytes is Gaussian enough, and much faster than a named stream a pixel.
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    t ^= t >>> 14;
    const sum = (t & 255) + ((t >>> 8) & 255) + ((t >>> 16) & 255) + (t >>> 24);
    const level = rgb[i]!;
    rgb[i] = Math.min(255, Math.max(0, level + DEVIATES[sum]! * spread[level]! + 0.5)); // the buffer cuts the fraction off
  }
}

/** Standard deviation of the sum of four uniform bytes. */
const BYTES_STD = Math.sqrt((4 * (256 ** 2 - 1)) / 12);
/** The sum of four bytes, made to have mean 0 and variance 1. */
const DEVIATES = Float64Array.from({ length: 4 * 255 + 1 }, (_, sum) => (sum - 2 * 255) / BYTES_STD);
