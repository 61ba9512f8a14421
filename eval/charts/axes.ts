/** Axes that several charts share. */
import type { ScaleOptions } from "@observablehq/plot";
import type { Arm } from "../comparison/schema.js";
import { fenced } from "./axis-range.js";

/** Shares in [0, 1], written in percent. */
export const PERCENT_AXIS: ScaleOptions = { percent: true };

/** An axis for accuracies: from below every interval that is not far off all others, in steps of 5, to 100%. */
export function accuracyAxis(arms: readonly Arm[]): ScaleOptions {
  const lows = arms.flatMap(({ target, source }) => [
    target.accuracy.low,
    ...(source.accuracy ? [source.accuracy.low] : []),
    ...target.accuracy.values,
  ]);
  const { low } = fenced(lows);
  return { ...PERCENT_AXIS, domain: [5 * Math.max(0, Math.floor(20 * low - 0.2)), 100] };
}

/** What a single image more or less moves: how fine the axis can be read. */
export function oneImage([arm]: readonly Pick<Arm, "target">[]): string {
  return `one image: ${(100 / arm!.target.accuracy.n).toFixed(1)} points`;
}
