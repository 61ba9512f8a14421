/** What a camera and the web do to a picture after the lens: motion, noise, resampling, sharpening, a border, JPEG. */
import { sharp } from "../../src/shared/sharp.js";
import type { ResolvedScene } from "../scene/resolved-scene.js";
import { drawBorder } from "./border.js";
import { motionBlurred } from "./motion-blur.js";
import { addNoise } from "./noise.js";
import { resampled, sharpened } from "./resampling.js";

/** A picture as it leaves the lens; rows from the top. */
interface LensPicture {
  width: number;
  height: number;
  /** Interleaved 8-bit RGB. */
  rgb: Uint8Array;
  /** Instance numbers from 1; 0 is the background. */
  ids: Uint8Array;
}

/** The finished picture, encoded, and the mask of what of it is still to be seen. */
export interface Exposure {
  image: Buffer;
  /** Instance numbers, rows from the top. */
  mask: Uint8Array;
}

export async function expose(
  { rgb, ids, width, height }: LensPicture,
  { sensor, image }: Pick<ResolvedScene, "sensor" | "image">,
): Promise<Exposure> {
  const moved = motionBlurred(rgb, width, height, sensor);
  const soft = await resampled(moved, width, height, sensor);
  addNoise(soft, sensor);
  const crisp = await sharpened(soft, width, height, sensor.sharpen);
  const mask = Uint8Array.from(ids);
  drawBorder(crisp, mask, width, height, sensor);
  const picture = sharp(crisp, { raw: { width, height, channels: 3 } });
  const encoded = image.format === "png" ? picture.png() : picture.jpeg({ quality: sensor.quality });
  return { image: await encoded.toBuffer(), mask };
}
