/** Simple statistics of pictures, by which two domains can differ before any network has seen them. */
import type { RgbImage } from "../../src/shared/image.js";

/** Of one picture, as the network sees it; all from 8-bit sRGB values scaled to [0, 1]. */
export interface ImageStatistics {
  /** Mean luma (Rec. 709 weights), in [0, 1]. */
  brightness: number;
  /** Standard deviation of luma, in [0, .5]. */
  contrast: number;
  /** Colourfulness (Hasler and Süsstrunk 2003, eq. 6.1), at least 0. */
  colourfulness: number;
  /** Mean red minus mean blue, in [-1, 1]. */
  warmth: number;
  /** Standard deviation of luma's 4-neighbour Laplacian (after Pech-Pacheco et al. 2000), at least 0. */
  sharpness: number;
}

export const IMAGE_STATISTICS = [
  "brightness",
  "contrast",
  "colourfulness",
  "warmth",
  "sharpness",
] as const satisfies readonly (keyof ImageStatistics)[];

/** Statistics of a picture of at least 3 x 3 pixels. */
export function imageStatistics(image: RgbImage): ImageStatistics {
  const [red, green, blue] = [0, 1, 2].map((channel) => plane(image, channel)) as [Plane, Plane, Plane];
  const luma = red.map((r, i) => 0.2126 * r + 0.7152 * green[i]! + 0.0722 * blue[i]!);
  const light = moments(luma);
  return {
    brightness: light.mean,
    contrast: light.std,
    colourfulness: colourfulness(red, green, blue),
    warmth: moments(red).mean - moments(blue).mean,
    sharpness: moments(laplacian(luma, image.width, image.height)).std,
  };
}

type Plane = Float64Array;

function plane({ data, width, height }: RgbImage, channel: number): Plane {
  return Float64Array.from({ length: width * height }, (_, i) => data[3 * i + channel]! / 255);
}

function moments(values: Plane): { mean: number; std: number } {
  let sum = 0;
  let squares = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  for (const value of values) squares += (value - mean) ** 2;
  return { mean, std: Math.sqrt(squares / values.length) };
}

/** √(σ_rg² + σ_yb²) + .3 √(μ_rg² + μ_yb²), with rg = R - G and yb = (R + G)/2 - B. */
function colourfulness(red: Plane, green: Plane, blue: Plane): number {
  const rg = moments(red.map((r, i) => r - green[i]!));
  const yb = moments(red.map((r, i) => (r + green[i]!) / 2 - blue[i]!));
  return Math.hypot(rg.std, yb.std) + 0.3 * Math.hypot(rg.mean, yb.mean);
}

/** Of the inner pixels. */
function laplacian(luma: Plane, width: number, height: number): Plane {
  const out = new Float64Array((width - 2) * (height - 2));
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      const around = luma[at - 1]! + luma[at + 1]! + luma[at - width]! + luma[at + width]!;
      out[(y - 1) * (width - 2) + x - 1] = around - 4 * luma[at]!;
    }
  return out;
}
