/** Motion blur. */
import type { SensorValues } from "./sensor-values.js";

/** The mean of the picture at every pixel or so of a straight path whose middle is the picture itself. */
export function motionBlurred(
  rgb: Uint8Array,
  width: number,
  height: number,
  { motion, motionAngle }: Pick<SensorValues, "motion" | "motionAngle">,
): Uint8Array {
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
