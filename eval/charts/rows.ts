/** Charts of one row an arm, with the names above the marks. */
import * as Plot from "@observablehq/plot";
import type { Interval } from "../../src/shared/types.js";
import type { Arm } from "../comparison/schema.js";
import { color } from "./svg.js";

const ROW_HEIGHT = 40;
const AXES_HEIGHT = 64;
const MARGINS = { marginLeft: 18, marginRight: 20, marginBottom: 46 };

/** Rows with their names above the marks, so that long names cost no width. */
export function rowsPlot(names: string[], width: number, options: Plot.PlotOptions): Plot.PlotOptions {
  const nameMark = Plot.text(names, {
    y: (name: string) => name,
    text: (name: string) => name,
    frameAnchor: "left",
    textAnchor: "start",
    dy: -13,
    fontSize: 13,
  });
  return {
    ...MARGINS,
    width,
    height: names.length * ROW_HEIGHT + AXES_HEIGHT,
    ...options,
    y: { domain: names, axis: null },
    x: { grid: true, nice: true, labelAnchor: "center", labelArrow: "none", ...options.x },
    marks: [...(options.marks ?? []), nameMark],
  };
}

export const PERCENT_AXIS: Plot.ScaleOptions = { percent: true };

/** An axis for accuracies, the same wherever the same arms stand: from below every interval, in steps of 5, to 100%. */
export function accuracyAxis(arms: readonly Arm[]): Plot.ScaleOptions {
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

interface IntervalRow extends Pick<Interval, "mean" | "low" | "high"> {
  name: string;
}

export function intervalMarks(rows: IntervalRow[], part: "target" | "source" | "extra", strokeWidth: number) {
  return [
    Plot.ruleY(rows, { y: "name", x1: "low", x2: "high", stroke: color(part), strokeWidth }),
    Plot.dot(rows, {
      y: "name",
      x: "mean",
      symbol: part === "source" ? "diamond" : "circle",
      fill: part === "source" ? "none" : color(part),
      stroke: color(part),
      strokeWidth: 1.5,
      r: 5,
    }),
  ];
}
