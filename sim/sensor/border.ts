/** Frames that web photographs carry. */
import { stream } from "../../src/shared/rng.js";
import type { SensorValues } from "./sensor-values.js";

type Border = Pick<SensorValues, "border" | "detail">;

/** Levels of white and of black borders. */
const WHITE = 250;
const BLACK = 8;

/** How far the border covers the picture, in pixels. */
export function borderWidth({ border, detail }: Border, width: number, height: number): number {
  if (border === "none") return 0;
  const outer = outerBorder(detail, width, height);
  return border === "framed" ? outer + Math.max(1, Math.round(outer * 0.3)) : outer;
}

const outerBorder = (detail: number, width: number, height: number) =>
  Math.round(Math.min(width, height) * stream(detail, "border").uniform(0.015, 0.06));

/** Draws it in place. What it covers is no longer labelled. */
export function drawBorder(
  rgb: Uint8Array,
  mask: Uint8Array,
  width: number,
  height: number,
  sensor: Border,
): void {
  const { border, detail } = sensor;
  if (border === "none") return;
  const outer = outerBorder(detail, width, height);
  const inner = borderWidth(sensor, width, height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const rim = Math.min(x, y, width - 1 - x, height - 1 - y);
      if (rim >= inner) continue;
      const level = border === "white" || (border === "framed" && rim < outer) ? WHITE : BLACK;
      rgb.fill(level, (y * width + x) * 3, (y * width + x) * 3 + 3);
      mask[y * width + x] = 0;
    }
}
