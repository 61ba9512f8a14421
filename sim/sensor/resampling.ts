/** What lenses, resizing and sharpening do to fine detail. */
import { sharp } from "../../src/shared/sharp.js";
import type { SensorValues } from "./sensor-values.js";

/**
 * Blur of a smaller standard deviation, in pixels, is none. libvips cuts a Gaussian where it falls below a fifth of its
 * height, so that below .557 nothing is left of it but its middle.
 */
const LEAST_BLUR = 0.3;
/** Reductions below this are none. */
const LEAST_DOWNSAMPLE = 1.02;
const LEAST_SHARPEN = 0.05;
/** Standard deviation of the unsharp mask, in pixels. */
const SHARPEN_SIGMA = 0.8;

/** Blur, and a detour through a smaller size. libvips enlarges with a shift of half a pixel to the right and down. */
export async function resampled(
  rgb: Uint8Array,
  width: number,
  height: number,
  { blur, downsample }: Pick<SensorValues, "blur" | "downsample">,
): Promise<Buffer> {
  const raw = { width, height, channels: 3 as const };
  let picture = sharp(rgb, { raw });
  if (blur >= LEAST_BLUR) picture = picture.blur(blur);
  if (downsample < LEAST_DOWNSAMPLE) return picture.raw().toBuffer();
  const small = await picture
    .resize(Math.round(width / downsample), Math.round(height / downsample), { fit: "fill" })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const channels = 3;
  return sharp(small.data, { raw: { width: small.info.width, height: small.info.height, channels } })
    .resize(width, height, { fit: "fill", kernel: "cubic" })
    .raw()
    .toBuffer();
}

/** An unsharp mask on lightness, `amount` times as strong as the detail itself. */
export async function sharpened(rgb: Buffer, width: number, height: number, amount: number): Promise<Buffer> {
  if (amount < LEAST_SHARPEN) return rgb;
  return sharp(rgb, { raw: { width, height, channels: 3 } })
    .sharpen({ sigma: SHARPEN_SIGMA, m1: amount, m2: amount })
    .raw()
    .toBuffer();
}
