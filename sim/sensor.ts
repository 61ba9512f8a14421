/** What a camera and the web do to a picture after the lens: motion, noise, resampling, sharpening, a border, JPEG. */
import sharp from "sharp";
import { stream } from "../src/shared/rng.js";
import type { Frames } from "./passes.js";
import type { ResolvedScene } from "./resolve.js";

type Sensor = ResolvedScene["sensor"];

/** The finished picture, encoded, and the mask of what of it is still to be seen. */
export interface Exposure {
  image: Buffer;
  /** Instance numbers, rows from the top. */
  mask: Uint8Array;
}

export async function expose(frames: Frames, { sensor, image }: ResolvedScene): Promise<Exposure> {
  const { width, height } = frames;
  const moved = shaken(frames.rgb, width, height, sensor);
  const soft = await resampled(moved, width, height, sensor);
  addNoise(soft, sensor);
  const crisp = await sharpened(soft, width, height, sensor.sharpen);
  const mask = Uint8Array.from(frames.ids);
  drawBorder(crisp, mask, width, height, sensor);
  const picture = sharp(crisp, { raw: { width, height, channels: 3 } });
  const encoded = image.format === "png" ? picture.png() : picture.jpeg({ quality: sensor.quality });
  return { image: await encoded.toBuffer(), mask };
}

/** Averages along the motion's path. */
function shaken(rgb: Uint8Array, width: number, height: number, { motion, motionAngle }: Sensor): Uint8Array {
  const steps = Math.ceil(motion);
  if (steps < 1) return rgb;
  const [c, s] = [Math.cos((motionAngle * Math.PI) / 180), Math.sin((motionAngle * Math.PI) / 180)];
  const sums = new Uint16Array(rgb.length);
  for (let k = 0; k <= steps; k++) {
    const along = (k / steps - 0.5) * motion;
    addShifted(sums, rgb, width, height, Math.round(along * c), Math.round(along * s));
  }
  return new Uint8Array(sums.map((sum) => sum / (steps + 1)));
}

/** Adds the picture as it is so many pixels further to the right and down; its rim reaches on outwards. */
function addShifted(
  sums: Uint16Array,
  rgb: Uint8Array,
  width: number,
  height: number,
  right: number,
  down: number,
): void {
  for (let y = 0, to = 0; y < height; y++) {
    const row = clamp(y + down, height - 1) * width;
    for (let x = 0; x < width; x++, to += 3) {
      const from = (row + clamp(x + right, width - 1)) * 3;
      sums[to]! += rgb[from]!;
      sums[to + 1]! += rgb[from + 1]!;
      sums[to + 2]! += rgb[from + 2]!;
    }
  }
}

const clamp = (v: number, max: number) => (v < 0 ? 0 : v > max ? max : v);

/** Blur, and a detour through a smaller size. */
async function resampled(
  rgb: Uint8Array,
  width: number,
  height: number,
  { blur, downsample }: Sensor,
): Promise<Buffer> {
  const raw = { width, height, channels: 3 as const };
  let picture = sharp(rgb, { raw });
  if (blur >= 0.3) picture = picture.blur(blur);
  if (downsample < 1.02) return picture.raw().toBuffer();
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

async function sharpened(rgb: Buffer, width: number, height: number, amount: number): Promise<Buffer> {
  if (amount < 0.05) return rgb;
  return sharp(rgb, { raw: { width, height, channels: 3 } })
    .sharpen({ sigma: 0.8, m1: amount, m2: amount })
    .raw()
    .toBuffer();
}

/** Shot noise grows with the root of the light, read noise does not; both are Gaussian to a good approximation. */
function addNoise(rgb: Buffer, { shotNoise, readNoise, detail }: Sensor): void {
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
    rgb[i] = clamp(level + DEVIATES[sum]! * spread[level]! + 0.5, 255); // the buffer cuts the fraction off
  }
}

/** Standard deviation of the sum of four uniform bytes. */
const BYTES_STD = Math.sqrt((4 * (256 ** 2 - 1)) / 12);
/** The sum of four bytes, made to have mean 0 and variance 1. */
const DEVIATES = Float64Array.from({ length: 4 * 255 + 1 }, (_, sum) => (sum - 2 * 255) / BYTES_STD);

/** How far the border covers the picture, in pixels. */
export function borderWidth({ border, detail }: Sensor, width: number, height: number): number {
  if (border === "none") return 0;
  const outer = outerBorder(detail, width, height);
  return border === "framed" ? outer + Math.max(1, Math.round(outer * 0.3)) : outer;
}

const outerBorder = (detail: number, width: number, height: number) =>
  Math.round(Math.min(width, height) * stream(detail, "border").uniform(0.015, 0.06));

/** Frames that web photographs carry. What they cover is no longer labelled. */
function drawBorder(rgb: Buffer, mask: Uint8Array, width: number, height: number, sensor: Sensor): void {
  const { border, detail } = sensor;
  if (border === "none") return;
  const outer = outerBorder(detail, width, height);
  const inner = borderWidth(sensor, width, height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const rim = Math.min(x, y, width - 1 - x, height - 1 - y);
      if (rim >= inner) continue;
      const level = border === "white" || (border === "framed" && rim < outer) ? 250 : 8;
      rgb.fill(level, (y * width + x) * 3, (y * width + x) * 3 + 3);
      mask[y * width + x] = 0;
    }
}
