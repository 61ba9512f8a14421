/** A heat map laid over the view of an image that the network saw. */

import { decodeImage, evaluationView, type Preprocessing } from "../../src/shared/image.js";
import { sharp } from "../../src/shared/sharp.js";
import type { HeatMap } from "../../src/shared/types.js";

/** Stops of matplotlib's "inferno": lightness rises with heat, so that it reads without colour too. */
const STOPS = [
  [0, 0, 4],
  [87, 16, 110],
  [188, 55, 84],
  [249, 142, 9],
  [252, 255, 164],
] as const;
/** How much of the picture the hottest place hides. */
const OPACITY = 0.7;

/** Decodes an image, cuts it to the network's evaluation view and draws the heat over it: a PNG or JPEG file. */
export async function drawOverlay(
  path: string,
  { heatMap, preprocessing }: { heatMap: HeatMap; preprocessing: Preprocessing },
  format: "png" | "jpeg" = "png",
): Promise<Buffer> {
  const { size } = preprocessing;
  const view = await evaluationView(await decodeImage(path), preprocessing);
  const data = blend(view, enlarge(heatMap, size));
  return sharp(data, { raw: { width: size, height: size, channels: 3 } })
    .toFormat(format)
    .toBuffer();
}

/** Bilinear, centres of cells on centres of areas, scaled to a peak of 1; all 0 where nothing spoke for the class. */
export function enlarge({ width, height, data }: HeatMap, size: number): Float32Array {
  const peak = Math.max(...data) || 1;
  const columns = weights(width, size);
  const rows = weights(height, size);
  return Float32Array.from({ length: size * size }, (_, i) => {
    const x = columns[i % size]!;
    const y = rows[Math.floor(i / size)]!;
    const at = (row: number, column: number) => data[row * width + column]! / peak;
    const above = at(y.low, x.low) * (1 - x.share) + at(y.low, x.high) * x.share;
    const below = at(y.high, x.low) * (1 - x.share) + at(y.high, x.high) * x.share;
    return above * (1 - y.share) + below * y.share;
  });
}

/** For each of `size` pixels: the two cells it lies between, and the share of the second. */
function weights(cells: number, size: number) {
  return Array.from({ length: size }, (_, i) => {
    const place = Math.min(cells - 1, Math.max(0, ((i + 0.5) * cells) / size - 0.5));
    const low = Math.floor(place);
    return { low, high: Math.min(cells - 1, low + 1), share: place - low };
  });
}

function blend(rgb: Buffer, heat: Float32Array): Buffer {
  const out = Buffer.alloc(rgb.length);
  heat.forEach((value, i) => {
    const hidden = OPACITY * value;
    const colour = inferno(value);
    for (let c = 0; c < 3; c++)
      out[3 * i + c] = Math.round((1 - hidden) * rgb[3 * i + c]! + hidden * colour[c]!);
  });
  return out;
}

/** Colour of a heat in [0, 1]. */
function inferno(value: number): number[] {
  const place = value * (STOPS.length - 1);
  const low = Math.min(STOPS.length - 2, Math.floor(place));
  const share = place - low;
  return STOPS[low]!.map((stop, c) => stop * (1 - share) + STOPS[low + 1]![c]! * share);
}
