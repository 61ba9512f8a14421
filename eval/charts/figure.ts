/** A figure of the report: a chart that can be drawn at any width, and the table that says the same. */

import type { Interval } from "../../src/shared/types.js";
import { withMethod } from "../comparison/format.js";

/** Text, a hash or the like, or a number, which sorts by its value whatever its text. */
export type Cell = string | { code: string } | { text: string; value: number | null };

export interface Table {
  caption: string;
  columns: string[];
  rows: Cell[][];
}

export interface Figure {
  /** Its file name without an ending, and its anchor on the page. */
  id: string;
  title: string;
  /** How to read it. */
  caption: string;
  /** Text alternative: what the chart shows. */
  alt: string;
  /** SVG text at this width in pixels. */
  draw(width: number): string;
  table: Table;
}

/** A cell for a number that may be absent. */
export function numberCell(value: number | null | undefined, format: (value: number) => string): Cell {
  return value === null || value === undefined ? { text: "–", value: null } : { text: format(value), value };
}

/** A cell for an interval and how it was found, sorted by its mean. */
export function intervalCell(value: Interval | null, format: (value: Interval) => string): Cell {
  return value === null ? { text: "–", value: null } : { text: withMethod(format)(value), value: value.mean };
}
