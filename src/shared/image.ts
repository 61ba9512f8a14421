/**
 * The one decoder, resizer and augmenter, for synthetic and real images alike: a resizer that differs between the
 * domains would itself be a domain gap.
 */
import type { Sharp } from "sharp";
import { sha256 } from "./files.js";
import { openImage, readImageFile, undecodable } from "./image-file.js";
import { type Stream, stream } from "./rng.js";
import { sharp } from "./sharp.js";

/** How a backbone wants its input. `mean` and `std` are in [0, 1] units, as torchvision states them. */
export interface Preprocessing {
  /** Side of the square input, in pixels. */
  size: number;
  /** Shorter side before the centre crop at evaluation, in pixels. */
  resize: number;
  mean: readonly [number, number, number];
  std: readonly [number, number, number];
}

/** Interleaved 8-bit RGB, row by row. */
export interface RgbImage {
  data: Buffer;
  width: number;
  height: number;
}

/** A decoded file: its pixels, upright, and the hash of its bytes. */
export interface DecodedImage extends RgbImage {
  sha256: string;
}

/** Decodes a JPEG or PNG to upright RGB. One that is damaged or cut short, or no image, is bad input, named by its path. */
export async function decodeImage(path: string): Promise<DecodedImage> {
  const bytes = await readImageFile(path);
  try {
    const { data, info } = await openImage(bytes)
      .rotate()
      .toColourspace("srgb")
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { data, width: info.width, height: info.height, sha256: sha256(bytes) };
  } catch (error) {
    throw undecodable(path, error);
  }
}

/** Reopens decoded pixels in sharp. */
export function toSharp(image: RgbImage): Sharp {
  return sharp(image.data, { raw: { width: image.width, height: image.height, channels: 3 } });
}

/** Makes the training view k >= 1 of an image: size*size*3 bytes, RGB. */
export type TrainingView = (image: DecodedImage, to: Preprocessing, view: number) => Promise<Buffer>;

/**
 * One view of an image as a network's input. View 0 is the evaluation view (Resize, CenterCrop); view k >= 1 is the
 * k-th of a fixed family of training views, drawn from the image's hash and k alone, so that cached activations serve
 * every arm and seed.
 * @param augment makes the training views; RandomResizedCrop and horizontal flip where left out
 * @returns Float32Array of size*size*3 values, HWC, normalised
 */
export async function networkInput(
  image: DecodedImage,
  to: Preprocessing,
  view: number,
  augment: TrainingView = trainingView,
): Promise<Float32Array> {
  const square = view === 0 ? await evaluationView(image, to) : await augment(image, to, view);
  return normalise(square, to);
}

/** torchvision's Resize(resize) and CenterCrop(size), antialiased. */
export async function evaluationView(image: RgbImage, to: Preprocessing): Promise<Buffer> {
  const scale = to.resize / Math.min(image.width, image.height);
  const width = Math.max(to.resize, Math.trunc(image.width * scale));
  const height = Math.max(to.resize, Math.trunc(image.height * scale));
  const left = Math.round((width - to.size) / 2);
  const top = Math.round((height - to.size) / 2);
  return toSharp(image)
    .resize(width, height, { fit: "fill", kernel: "linear" })
    .extract({ left, top, width: to.size, height: to.size })
    .raw()
    .toBuffer();
}

/** torchvision's RandomResizedCrop(size) and RandomHorizontalFlip, for the view's number. */
export async function trainingView(image: DecodedImage, to: Preprocessing, view: number): Promise<Buffer> {
  const draw = stream(view, image.sha256, "view");
  const crop = toSharp(image).extract(randomResizedCrop(image, draw));
  return crop
    .resize(to.size, to.size, { fit: "fill", kernel: "linear" })
    .flop(draw.next() < 0.5)
    .raw()
    .toBuffer();
}

const CROP_AREA = [0.08, 1] as const;
const CROP_RATIO = [3 / 4, 4 / 3] as const;

/** torchvision's RandomResizedCrop.get_params: ten tries at an area and ratio, then the largest centred crop. */
export function randomResizedCrop({ width, height }: { width: number; height: number }, draw: Stream) {
  for (let attempt = 0; attempt < 10; attempt++) {
    const area = width * height * draw.uniform(...CROP_AREA);
    const ratio = Math.exp(draw.uniform(Math.log(CROP_RATIO[0]), Math.log(CROP_RATIO[1])));
    const w = Math.round(Math.sqrt(area * ratio));
    const h = Math.round(Math.sqrt(area / ratio));
    if (w > 0 && w <= width && h > 0 && h <= height)
      return { left: draw.integer(width - w + 1), top: draw.integer(height - h + 1), width: w, height: h };
  }
  return centredCrop(width, height);
}

function centredCrop(width: number, height: number) {
  const ratio = Math.min(CROP_RATIO[1], Math.max(CROP_RATIO[0], width / height));
  const w = Math.min(width, Math.round(height * ratio));
  const h = Math.min(height, Math.round(width / ratio));
  return { left: Math.floor((width - w) / 2), top: Math.floor((height - h) / 2), width: w, height: h };
}

function normalise(rgb: Uint8Array, to: Preprocessing): Float32Array {
  const [red, green, blue] = [channelTable(to, 0), channelTable(to, 1), channelTable(to, 2)];
  const out = new Float32Array(rgb.length);
  for (let i = 0; i < rgb.length; i += 3) {
    out[i] = red[rgb[i]!]!;
    out[i + 1] = green[rgb[i + 1]!]!;
    out[i + 2] = blue[rgb[i + 2]!]!;
  }
  return out;
}

/** The normalised value of each byte: to look 256 of them up costs less than a division a pixel. */
const channelTable = ({ mean, std }: Preprocessing, channel: 0 | 1 | 2): Float32Array =>
  Float32Array.from({ length: 256 }, (_, byte) => (byte / 255 - mean[channel]) / std[channel]);
