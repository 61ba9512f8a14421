/** Charts of one row an arm, or of whatever else has a name: names on the left, intervals and marks on the right. */
import * as Plot from "@observablehq/plot";
import { clipRows, extentOf } from "./axis-range.js";
import type { ChartRow, RowMark, RowRule } from "./chart-row.js";
import type { Figure } from "./figure.js";
import type { LegendEntry } from "./legend.js";
import { drawSvg } from "./svg.js";
import { color, type Part } from "./svg-colors.js";

/** What a chart of rows is drawn from. */
export interface RowChart extends Omit<Figure, "draw"> {
  rows: readonly ChartRow[];
  x: Plot.ScaleOptions;
  rules?: readonly RowRule[];
  legend: readonly LegendEntry[];
  /** Whether every other group is shaded. */
  bands?: boolean;
}

/** A figure of rows. */
export function rowChart({ rows, x, rules = [], legend, bands = false, ...figure }: RowChart): Figure {
  const plan = { rows: rows.map((row) => ({ ...row, label: breakable(row.label) })), x, rules, bands };
  return { ...figure, draw: (width) => drawSvg(rowPlot(plan, width), figure.alt, legend) };
}

/** Soft hyphens in words that no column of names would hold. */
const breakable = (name: string): string => name.replace(/[^\s\u00ad-]{18}(?=[^\s-])/g, "$&\u00ad");

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
  /** Of its group, counted from 0. */
  band: number;
}

function lanesOf(rows: readonly ChartRow[]): Lane[] {
  let band = -1;
  const lanes = rows.flatMap((row, i): Omit<Lane, "key">[] => {
    const opensGroup = row.group !== undefined && row.group !== rows[i - 1]?.group;
    if (opensGroup) band++;
    const lane = { text: row.label, row, band };
    return opensGroup ? [{ text: row.group!, row: null, band }, lane] : [lane];
  });
  return lanes.map((lane, i) => ({ ...lane, key: String(i) }));
}

const FONT_SIZE = 12;
const LINE_HEIGHT = 14;
/** Between the lines of one name and the next. */
const ROW_GAP = 10;
/** Of a letter on average, in pixels at this font size. */
const LETTER_WIDTH = 6.4;
const NAME_GAP = 14;
/** Share of the width that names may take; longer ones are broken into lines. */
const NAME_SHARE = 0.42;
const MARGINS = { marginTop: 8, marginRight: 20, marginBottom: 46 };

type Plan = Required<Pick<RowChart, "rows" | "x" | "rules" | "bands">>;

function rowPlot({ rows, x, rules, bands }: Plan, width: number): Plot.PlotOptions {
  const extent = extentOf(rows, rules, x);
  const scale = x.percent ? 100 : 1;
  const { inside, beyond } = clipRows(rows, extent, scale);
  const lanes = lanesOf(inside);
  const names = nameColumn(lanes, width);
  const labels = rules.filter(({ label }) => label !== undefined);
  const marginTop = MARGINS.marginTop + labels.length * LINE_HEIGHT;
  return {
    ...MARGINS,
    marginTop,
    marginLeft: names.width,
    width,
    height: lanes.length * names.laneHeight + marginTop + MARGINS.marginBottom,
    x: {
      grid: true,
      labelAnchor: "right",
      labelArrow: "none",
      ticks: width / 80,
      ...x,
      nice: false,
      domain: [scale * extent.low, scale * extent.high],
    },
    y: { type: "band", domain: lanes.map(({ key }) => key), axis: null, padding: 0 },
    marks: [
      ...(bands ? bandMarks(lanes, extent) : []),
      ...rules.flatMap((rule) => ruleMarks(rule)),
      ...labels.flatMap((rule, i) => ruleLabel(rule, i - labels.length, extent)),
      ...intervalMarks(lanes),
      ...placeMarks(lanes),
      ...nameMarks(lanes, names.width, width),
      ...beyondMarks(beyond.map((one) => ({ ...one, key: lanes.find(({ row }) => row === one.row)!.key }))),
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
  for (const word of label.split(/(?<=[ \u00ad-])/)) {
    if (used > 0 && used + word.trimEnd().length > letters) [lines, used] = [lines + 1, 0];
    used += word.length;
  }
  return lines;
}

function nameMarks(lanes: readonly Lane[], width: number, chart: number): Plot.Markish[] {
  const place = { y: "key", text: "text", frameAnchor: "left", textAnchor: "start", dx: -width + 2 } as const;
  return [
    Plot.text(
      lanes.filter(({ row }) => row),
      { ...place, fontSize: FONT_SIZE, lineWidth: (width - NAME_GAP + 4) / FONT_SIZE },
    ),
    Plot.text(
      lanes.filter(({ row }) => !row).map((lane) => ({ ...lane, text: heading(lane.text, chart) })),
      { ...place, fontSize: FONT_SIZE, fontWeight: "bold" },
    ),
  ];
}

const BOLD_LETTER_WIDTH = 7;

/** What stands before the colon, where the whole is longer than the chart. */
const heading = (text: string, width: number): string =>
  text.length * BOLD_LETTER_WIDTH > width ? text.split(": ")[0]! : text;

function bandMarks(lanes: readonly Lane[], { low, high }: { low: number; high: number }): Plot.Markish[] {
  const shaded = lanes.filter(({ band }) => band % 2 === 0);
  return [Plot.barX(shaded, { y: "key", x1: low, x2: high, fill: color("faint"), fillOpacity: 0.1 })];
}

function ruleMarks({ at, dashed, part }: RowRule): Plot.Markish[] {
  const stroke = part ? { stroke: color(part), strokeWidth: 1.5 } : {};
  const dash = dashed ? { stroke: color("faint"), strokeDasharray: "4 3", ...stroke } : stroke;
  return [Plot.ruleX([at], dash)];
}

/** Lines of labels stand above one another, each on the side of its line that has more room. */
function ruleLabel(
  { at, label, part = "faint" }: RowRule,
  line: number,
  { low, high }: { low: number; high: number },
): Plot.Markish[] {
  const right = at - low > high - at;
  return [
    Plot.text([label!], {
      x: [at],
      text: [label!],
      frameAnchor: "top",
      lineAnchor: "top",
      textAnchor: right ? "end" : "start",
      dx: right ? 4 : -4,
      dy: line * LINE_HEIGHT - 2,
      fontSize: FONT_SIZE,
      fill: color(part),
    }),
  ];
}

const LINE_WIDTHS: Record<Part, number> = { target: 3, source: 1.5, extra: 3, faint: 1.5 };

function intervalMarks(lanes: readonly Lane[]): Plot.Markish[] {
  const all = lanes.flatMap(({ key, row }) => (row?.intervals ?? []).map((line) => ({ key, ...line })));
  const style = (part: Part, band: boolean) => ({
    stroke: color(part),
    ...(band ? { strokeWidth: 7, strokeOpacity: 0.3 } : { strokeWidth: LINE_WIDTHS[part] }),
  });
  return [true, false].flatMap((band) =>
    byPart(all.filter((line) => (line.band ?? false) === band)).map(([part, lines]) =>
      Plot.ruleY(lines, { y: "key", x1: "low", x2: "high", ...style(part, band) }),
    ),
  );
}

/** How the marks of a shape are drawn, in the order in which they cover one another. */
const SHAPES: Record<RowMark["shape"], (marks: readonly RowMark[], part: Part) => Plot.Markish> = {
  tick: (marks, part) => Plot.tickX(marks, { ...PLACE, stroke: color(part), insetTop: 4, insetBottom: 4 }),
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

/** An arrow at the edge, and how far it goes on. */
function beyondMarks(beyond: readonly { key: string; side: "low" | "high"; text: string }[]): Plot.Markish[] {
  return beyond.map(({ key, side, text }) =>
    Plot.text([text], {
      y: [key],
      text: [side === "low" ? `◂ ${text}` : `${text} ▸`],
      frameAnchor: side === "low" ? "left" : "right",
      textAnchor: side === "low" ? "start" : "end",
      dx: side === "low" ? 2 : -2,
      dy: -8,
      fontSize: 11,
    }),
  );
}

function byPart<T extends { part: Part }>(all: readonly T[]): [Part, T[]][] {
  const parts = [...new Set(all.map(({ part }) => part))];
  return parts.map((part) => [part, all.filter((one) => one.part === part)]);
}
