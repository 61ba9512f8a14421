/** How far an axis goes: a row that lies far off all others is marked at the edge, and does not squeeze them. */
import type { ScaleOptions } from "@observablehq/plot";
import { quantile } from "../statistics/intervals.js";
import type { ChartRow, RowRule } from "./chart-row.js";

/** An axis' ends, in the values' own unit. */
export interface Extent {
  low: number;
  high: number;
}

/** Beyond so many widths of the middle half, a value is far off. */
const FENCE = 3;
/** The axis is cut only where that gives the rest so much more room. */
const WORTH_CUTTING = 1.6;
/** Share of the length that stays free at each end. */
const PADDING = 0.03;

/** The ends of an axis: the chart's own where it states them, else from its values. */
export function extentOf(rows: readonly ChartRow[], rules: readonly RowRule[], x: ScaleOptions): Extent {
  const domain = x.domain as [number, number] | undefined;
  const unit = x.percent ? 100 : 1;
  if (domain) return { low: domain[0] / unit, high: domain[1] / unit };
  const ends = rows.flatMap(({ intervals, marks }) => [
    ...intervals.flatMap(({ low, high }) => [low, high]),
    ...marks.map(({ at }) => at),
  ]);
  const { low, high } = fenced(ends);
  const all = [low, high, ...rules.map(({ at }) => at)];
  const [first, last] = [Math.min(...all), Math.max(...all)];
  const free = PADDING * (last - first || 1);
  return { low: first - free, high: last + free };
}

/** The least and the greatest value, those far off left out. */
export function fenced(values: readonly number[]): Extent {
  const sorted = [...values].sort((a, b) => a - b);
  const whole = { low: sorted[0]!, high: sorted.at(-1)! };
  const [q1, q3] = [quantile(sorted, 0.25), quantile(sorted, 0.75)];
  const reach = FENCE * (q3 - q1);
  const near = sorted.filter((value) => value >= q1 - reach && value <= q3 + reach);
  const cut = { low: near[0]!, high: near.at(-1)! };
  return whole.high - whole.low > WORTH_CUTTING * (cut.high - cut.low) && cut.high > cut.low ? cut : whole;
}

/** What lies beyond the end of an axis. */
export interface Beyond {
  row: ChartRow;
  side: "low" | "high";
  /** Where it goes on to. */
  text: string;
}

/**
 * The rows as they are drawn between the ends, and what of them lies beyond.
 * @param unit what a value of 1 is written as: 100 where the axis is in percent
 */
export function clipRows(rows: readonly ChartRow[], extent: Extent, unit: number) {
  const inside = rows.map((row) => clipRow(row, extent));
  const beyond = rows.flatMap((row, i) =>
    beyondOf(row, extent, unit).map((one) => ({ ...one, row: inside[i]! })),
  );
  return { inside, beyond };
}

function clipRow(row: ChartRow, { low, high }: Extent): ChartRow {
  const within = (at: number) => Math.min(high, Math.max(low, at));
  return {
    ...row,
    intervals: row.intervals.map((line) => ({ ...line, low: within(line.low), high: within(line.high) })),
    marks: row.marks.filter(({ at }) => at >= low && at <= high),
  };
}

function beyondOf(
  { intervals, marks }: ChartRow,
  { low, high }: Extent,
  unit: number,
): Omit<Beyond, "row">[] {
  const ends = [...intervals.flatMap((line) => [line.low, line.high]), ...marks.map(({ at }) => at)];
  const [least, most] = [Math.min(...ends), Math.max(...ends)];
  return [
    ...(least < low ? [{ side: "low" as const, text: short(unit * least) }] : []),
    ...(most > high ? [{ side: "high" as const, text: short(unit * most) }] : []),
  ];
}

const short = (value: number): string => value.toFixed(1).replace("-", "−");
