/** A picture as it leaves the lens, and whose pixel is whose. Rows from the top. */
export interface Frames {
  width: number;
  height: number;
  /** Interleaved 8-bit RGB. */
  rgb: Uint8Array;
  /** Instance numbers from 1; 0 is the background. */
  ids: Uint8Array;
}

/** RGBA from the bottom row up, as it is read, to RGB from the top row down. */
export function dropAlpha(rgba: Uint8Array, width: number, height: number): Uint8Array {
  const rgb = new Uint8Array(width * height * 3);
  let to = 0;
  for (let y = height - 1; y >= 0; y--)
    for (let from = y * width * 4; from < (y + 1) * width * 4; from += 4) {
      rgb[to++] = rgba[from]!;
      rgb[to++] = rgba[from + 1]!;
      rgb[to++] = rgba[from + 2]!;
    }
  return rgb;
}

/** The first of four channels, from the bottom row up, to rows from the top. */
export function firstChannel(rgba: Uint8Array, width: number, height: number): Uint8Array {
  const out = new Uint8Array(width * height);
  let to = 0;
  for (let y = height - 1; y >= 0; y--)
    for (let from = y * width * 4; from < (y + 1) * width * 4; from += 4) out[to++] = rgba[from]!;
  return out;
}
