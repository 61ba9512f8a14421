/** Axes that several charts share. */
import type { ScaleOptions } from "@observablehq/plot";
import type { Arm } from "../comparison/schema.js";

/** Shares in [0, 1], written in percent. */
export const PERCENT_AXIS: ScaleOptions = { percent: true };

/** An axis for accuracies, the same wherever the same arms stand: from below every interval, in steps of 5, to 100%. */
export function accuracyAxis(arms: readonly Arm[]): ScaleOptions {
  const lows = arms.flatMap(({ target, source }) => [
    target.accuracy.low,
    source.accuracy?.low ?? 1,
    ...target.accuracy.values,
  ]);
  return {
    ...PERCENT_AXIS,
    nice: false,
    domain: [5 * Math.max(0, Math.floor(20 * Math.min(...lows) - 0.2)), 100],
  };
}
