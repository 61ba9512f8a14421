/** Charts of one row an arm, or of whatever else has a name: names on the left, intervals and marks on the right. */
import * as Plot from "@observablehq/plot";
import type { Figure } from "./figure.js";
import { color, drawSvg, type Part } from "./svg.js";

/** A line along a row. */
export interface RowInterval {
  low: number;
  high: number;
  part: Part;
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

export interface RowChart extends Omit<Figure, "draw"> {
  rows: readonly ChartRow[];
  x: Plot.ScaleOptions;
  /** A vertical line that means something, such as no difference, or chance. */
  rule?: { at: number; dashed?: boolean };
}

/** A figure of rows. */
export function rowChart({ rows, x, rule, ...figure }: RowChart): Figure {
  const lanes = lanesOf(rows);
  return { ...figure, draw: (width) => drawSvg(rowPlot(lanes, x, rule, width), figure.alt) };
}

/** An estimate with its interval as it is drawn everywhere: a diamond for the source, a circle for the rest. */
export function estimateOf(part: Part, { mean, low, high }: { mean: number; low: number; high: number }) {
  return {
    intervals: [{ low, high, part }],
    marks: [{ at: mean, shape: part === "source" ? "diamond" : "circle", part }] as RowMark[],
  };
}

/** A strip of the chart: a row, or the heading of a group. */
interface Lane {
  key: string;
  text: string;
  row: ChartRow | null;
}

function lanesOf(rows: readonly ChartRow[]): Lane[] {
  const lanes = rows.flatMap((row, i): Omit<Lane, "key">[] => {
    const opensGroup = row.group !== undefined && row.group !== rows[i - 1]?.group;
    const lane = { text: row.label, row };
    return opensGroup ? [{ text: row.group!, row: null }, lane] : [lane];
  });
  return lanes.map((lane, i) => ({ ...lane, key: String(i) }));
}

const FONT_SIZE = 12;
const LINE_HEIGHT = 14;
/** Between the lines of one name and the next. */
const ROW_GAP = 12;
/** Of a letter on average, in pixels at this font size. */
const LETTER_WIDTH = 6.4;
const NAME_GAP = 14;
/** Share of the width that names may take; longer ones are broken into lines. */
const NAME_SHARE = 0.42;
const MARGINS = { marginTop: 8, marginRight: 20, marginBottom: 46 };

function rowPlot(
  lanes: readonly Lane[],
  x: Plot.ScaleOptions,
  rule: RowChart["rule"],
  width: number,
): Plot.PlotOptions {
  const names = nameColumn(lanes, width);
  return {
    ...MARGINS,
    marginLeft: names.width,
    width,
    height: lanes.length * names.laneHeight + MARGINS.marginTop + MARGINS.marginBottom,
    x: {
      grid: true,
      nice: true,
      labelAnchor: "right",
      labelArrow: "none",
      ticks: width / 80,
      ...x,
    },
    y: { type: "band", domain: lanes.map(({ key }) => key), axis: null },
    marks: [
      ...ruleMark(rule),
      ...intervalMarks(lanes),
      ...placeMarks(lanes),
      ...nameMarks(lanes, names.width),
    ],
  };
}

/** As wide as the longest name, or as wide as names may be, and as high as the name of the most lines then. */
function nameColumn(lanes: readonly Lane[], width: number): { width: number; laneHeight: number } {
  const labels = lanes.flatMap(({ text, row }) => (row ? [text] : []));
  const longest = Math.max(...labels.map((label) => label.length)) * LETTER_WIDTH;
  const column = Math.min(longest, NAME_SHARE * width - NAME_GAP);
  const lines = Math.max(...labels.map((label) => lineCount(label, column / LETTER_WIDTH)));
  return { width: Math.ceil(column + NAME_GAP), laneHeight: lines * LINE_HEIGHT + ROW_GAP };
}

/** Lines that a name takes where they hold so many letters and break after spaces and hyphens, as Plot breaks them. */
function lineCount(label: string, letters: number): number {
  let [lines, used] = [1, 0];
  for (const word of label.split(/(?<=[ -])/)) {
    if (used > 0 && used + word.trimEnd().length > letters) [lines, used] = [lines + 1, 0];
    used += word.length;
  }
  return lines;
}

function nameMarks(lanes: readonly Lane[], width: number): Plot.Markish[] {
  const place = { y: "key", text: "text", frameAnchor: "left", textAnchor: "start", dx: -width + 2 } as const;
  return [
    Plot.text(
      lanes.filter(({ row }) => row),
      { ...place, fontSize: FONT_SIZE, lineWidth: (width - NAME_GAP + 4) / FONT_SIZE },
    ),
    Plot.text(
      lanes.filter(({ row }) => !row),
      { ...place, fontSize: FONT_SIZE, fontWeight: "bold" },
    ),
  ];
}

function ruleMark(rule: RowChart["rule"]): Plot.Markish[] {
  if (!rule) return [];
  const dash = rule.dashed ? { stroke: color("faint"), strokeDasharray: "4 3" } : {};
  return [Plot.ruleX([rule.at], dash)];
}

const LINE_WIDTHS: Record<Part, number> = { target: 3, source: 1.5, extra: 3, faint: 1 };

function intervalMarks(lanes: readonly Lane[]): Plot.Markish[] {
  const all = lanes.flatMap(({ key, row }) => (row?.intervals ?? []).map((line) => ({ key, ...line })));
  return byPart(all).map(([part, lines]) =>
    Plot.ruleY(lines, {
      y: "key",
      x1: "low",
      x2: "high",
      stroke: color(part),
      strokeWidth: LINE_WIDTHS[part],
    }),
  );
}

/** How the marks of a shape are drawn, in the order in which they cover one another. */
const SHAPES: Record<RowMark["shape"], (marks: readonly RowMark[], part: Part) => Plot.Markish> = {
  tick: (marks, part) => Plot.tickX(marks, { ...PLACE, stroke: color(part), insetTop: 2, insetBottom: 2 }),
  diamond: (marks, part) =>
    Plot.dot(marks, { ...PLACE, ...DOT, symbol: "diamond", fill: "none", stroke: color(part) }),
  "one of many": (marks, part) =>
    Plot.dot(marks, { ...PLACE, ...DOT, fill: color(part), fillOpacity: 0.45, stroke: color(part) }),
  circle: (marks, part) => Plot.dot(marks, { ...PLACE, ...DOT, fill: color(part), stroke: color(part) }),
};
const PLACE = { y: "key", x: "at" } as const;
const DOT = { r: 5, strokeWidth: 1.5 } as const;

function placeMarks(lanes: readonly Lane[]): Plot.Markish[] {
  const all = lanes.flatMap(({ key, row }) => (row?.marks ?? []).map((mark) => ({ key, ...mark })));
  return Object.entries(SHAPES).flatMap(([shape, draw]) =>
    byPart(all.filter((mark) => mark.shape === shape)).map(([part, marks]) => draw(marks, part)),
  );
}

function byPart<T extends { part: Part }>(all: readonly T[]): [Part, T[]][] {
  const parts = [...new Set(all.map(({ part }) => part))];
  return parts.map((part) => [part, all.filter((one) => one.part === part)]);
}
