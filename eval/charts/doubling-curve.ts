/** Curves over a number that doubles, such as labels or renders: means joined by a line, with bands of their intervals. */
import * as Plot from "@observablehq/plot";
import type { Interval } from "../../src/shared/types.js";
import { PERCENT_AXIS } from "./axes.js";
import { color, type Part } from "./svg-colors.js";

/** A point of a curve: the number that doubles, and an accuracy. */
export interface CurvePoint extends Pick<Interval, "mean" | "low" | "high"> {
  at: number;
}

/** How a curve is told from another one without its colour. */
export interface CurveStyle {
  part: Part;
  symbol: "circle" | "diamond" | "square";
  filled: boolean;
  dash?: string;
}

interface CurvePlot {
  width: number;
  /** Where the axis is labelled. */
  ticks: number[];
  xLabel: string;
  yLabel: string;
  marks: Plot.Markish[];
}

/** The frame that curves stand in: a logarithmic axis below, percent on the left. */
export const curvePlot = ({ width, ticks, xLabel, yLabel, marks }: CurvePlot): Plot.PlotOptions => ({
  width,
  height: 300,
  marginTop: 34,
  marginLeft: 44,
  marginBottom: 42,
  x: {
    type: "log",
    ticks,
    tickFormat: (value: number) => (Number.isInteger(value) ? String(value) : ""),
    label: xLabel,
    labelAnchor: "center",
    labelArrow: "none",
  },
  y: { ...PERCENT_AXIS, grid: true, label: yLabel, labelArrow: "none", nice: true },
  marks,
});

/** A curve's band, line and points. */
export function curveMarks(
  points: readonly CurvePoint[],
  { part, symbol, filled, dash }: CurveStyle,
): Plot.Markish[] {
  const stroke = color(part);
  const place = { x: "at", y: "mean", stroke } as const;
  return [
    Plot.areaY(points, { x: "at", y1: "low", y2: "high", fill: stroke, fillOpacity: 0.15 }),
    Plot.lineY(points, { ...place, strokeDasharray: dash }),
    Plot.dot(points, { ...place, r: 5, symbol, fill: filled ? stroke : "none" }),
  ];
}
