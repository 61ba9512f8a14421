/** Labels that are pictures of their own: what each file holds, and how it is encoded. */
import { sharp } from "../../src/shared/sharp.js";
import type { Geometry } from "../renderer/label-renderer.js";
import type { FilePass } from "../scene/label-passes.js";
import { encodeNpy } from "./npy.js";

/** What label files are written from. */
export interface LabelSources {
  width: number;
  height: number;
  /** Instance numbers of the finished picture. */
  mask: Uint8Array;
  /** COCO's number of the picture's class, from 1. */
  category: number;
  geometry: Geometry;
  /** Width of the border, under which nothing is labelled. */
  rim: number;
}

const ENCODERS: Record<FilePass, (images: LabelSources) => Promise<Uint8Array>> = {
  /** 8-bit grey PNG of category numbers. */
  semantic: ({ mask, category, width, height }) =>
    encodeMask(
      mask.map((id) => (id ? category : 0)),
      width,
      height,
    ),
  /** 8-bit grey PNG of part numbers. */
  parts: ({ geometry, mask, width, height }) =>
    encodeMask(
      geometry.parts.map((part, i) => (mask[i] ? part : 0)),
      width,
      height,
    ),
  /** NumPy array of float32 millimetres along the view, height x width; 0 where nothing stands. */
  depth: async (images) => {
    const { depth } = images.geometry;
    return encodeNpy(covered(depth, 1, images), [images.height, images.width]);
  },
  /** 8-bit RGB PNG: level = 127.5 + 127.5 n in the camera's axes (x right, y down, z into the picture); black for none. */
  normals: async (images) => {
    const { width, height, geometry } = images;
    return sharp(levelsOf(covered(geometry.normals, 3, images)), { raw: { width, height, channels: 3 } })
      .png({ compressionLevel: COMPRESSION })
      .toBuffer();
  },
};

function levelsOf(normals: Float32Array): Uint8Array {
  const levels = new Uint8Array(normals.length);
  for (let i = 0; i < normals.length; i += 3) {
    if (normals[i] === 0 && normals[i + 1] === 0 && normals[i + 2] === 0) continue;
    for (let axis = i; axis < i + 3; axis++) levels[axis] = Math.round(127.5 + 127.5 * normals[axis]!);
  }
  return levels;
}

/** Beyond this level a picture takes longer and gets hardly smaller. */
const COMPRESSION = 3;

export const encodeLabel = (pass: FilePass, images: LabelSources): Promise<Uint8Array> =>
  ENCODERS[pass](images);

/** An 8-bit grey PNG whose levels are the numbers given. */
export function encodeMask(mask: Uint8Array, width: number, height: number): Promise<Buffer> {
  return sharp(mask, { raw: { width, height, channels: 1 } })
    .toColourspace("b-w")
    .png()
    .toBuffer();
}

/** The values, and 0 under the border. */
function covered(values: Float32Array, channels: number, { width, height, rim }: LabelSources): Float32Array {
  if (rim === 0) return values;
  return values.map((value, i) => {
    const pixel = Math.floor(i / channels);
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    return Math.min(x, y, width - 1 - x, height - 1 - y) < rim ? 0 : value;
  });
}
