/** A row of a chart, and what is drawn along it. */
import type { Part } from "./svg-colors.js";

/** A line along a row. */
export interface RowInterval {
  low: number;
  high: number;
  part: Part;
  /** Wide and translucent, to lie below another line. */
  band?: boolean;
}

/** A mark at one place of a row: filled circle, hollow diamond, upright tick, or one of several translucent circles. */
export interface RowMark {
  at: number;
  shape: "circle" | "diamond" | "tick" | "one of many";
  part: Part;
}

export interface ChartRow {
  label: string;
  /** The heading below which the row stands; rows of a group follow one another. */
  group?: string;
  intervals: readonly RowInterval[];
  marks: readonly RowMark[];
}

/** A vertical line that means something: no difference, chance, a bound. */
export interface RowRule {
  at: number;
  dashed?: boolean;
  part?: Part;
  /** Written above the line. */
  label?: string;
}
