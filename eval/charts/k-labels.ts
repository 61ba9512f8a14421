/** Accuracy against the number of target labels, with and without renders. */
import * as Plot from "@observablehq/plot";
import { orNone, percent, percentInterval } from "../comparison/format.js";
import type { Arm } from "../comparison/schema.js";
import { quantile } from "../statistics/intervals.js";
import { type CurveStyle, curveMarks, curvePlot } from "./doubling-curve.js";
import { type Figure, intervalCell, numberCell } from "./figure.js";
import type { LegendEntry } from "./legend.js";
import { methodsSentence } from "./methods.js";
import { drawSvg } from "./svg.js";
import { color } from "./svg-colors.js";

/** What the arms of a line had beside their labels, and how it is drawn. */
const SERIES = {
  labels: { part: "source", symbol: "diamond", filled: false, dash: "4 3" },
  renders: { part: "target", symbol: "circle", filled: true },
  unlabelled: { part: "extra", symbol: "square", filled: true, dash: "1 3" },
} as const satisfies Record<string, CurveStyle>;

const SERIES_NAMES: Record<SeriesName, string> = {
  labels: "labels alone",
  renders: "labels and renders",
  unlabelled: "labels, renders and unlabelled target images",
};

function legendEntry(series: SeriesName): LegendEntry {
  const { part, symbol, filled }: CurveStyle = SERIES[series];
  return { text: SERIES_NAMES[series], part, shape: "dot", symbol, hollow: !filled };
}

type SeriesName = keyof typeof SERIES;

interface Point {
  k: number;
  series: SeriesName;
  /** Whether the arm trained on renders too. */
  synthetic: boolean;
  name: string;
  accuracy: Arm["target"]["accuracy"];
  /** From the 10th to the 90th percentile of all draws of the labels and seeds; null of one draw a seed. */
  spread: { low: number; high: number } | null;
}

function pointsOf({ name, k, synthetic, unlabelled, target, draws }: Arm): Point[] {
  if (k === null) return [];
  const series = unlabelled ? "unlabelled" : synthetic ? "renders" : "labels";
  return [{ name, k, series, synthetic, accuracy: target.accuracy, spread: spreadOf(draws) }];
}

/** The curves of the k-shot arms; what lies between the lines without and with renders is their uplift. */
export function kLabelsFigure(arms: readonly Arm[]): Figure {
  const points = arms
    .flatMap(pointsOf)
    .sort((a, b) => a.k - b.k || Number(b.synthetic) - Number(a.synthetic));
  const shown = (Object.keys(SERIES) as SeriesName[]).filter((name) =>
    points.some(({ series }) => series === name),
  );
  const drawn = arms.flatMap(({ draws }) => draws?.[0]?.length ?? []);
  const alt = `Target accuracy by labels a class. ${points.map((p) => `${p.name}, k = ${p.k}: ${percentInterval(p.accuracy)}`).join("; ")}.`;
  return {
    id: "k-labels",
    title: "Accuracy by number of target labels",
    caption: `Target accuracy after k labels a class, with 95% bands: what lies between the lines without and with renders is what the renders add.${drawn.length > 0 ? ` Thick bars: from the 10th to the 90th percentile of ${drawn[0]} draws of the labels a seed.` : ""} ${methodsSentence(points.map((p) => p.accuracy))}`,
    alt,
    draw: (width) =>
      drawSvg(
        curvePlot({
          width,
          ticks: [...new Set(points.map((p) => p.k))],
          xLabel: "labels a class",
          yLabel: "target accuracy, %",
          marks: shown.flatMap((series) => lineMarks(points, series)),
        }),
        alt,
        shown.map(legendEntry),
      ),
    table: {
      caption: "Target accuracy by labels a class",
      columns: [
        "arm",
        "labels a class",
        "renders",
        "target [95%]",
        ...(drawn.length > 0 ? ["10th to 90th percentile of draws"] : []),
      ],
      rows: points.map((p) => [
        p.name,
        numberCell(p.k, String),
        p.synthetic ? "yes" : "no",
        intervalCell(p.accuracy, percentInterval),
        ...(drawn.length > 0
          ? [orNone(p.spread, ({ low, high }) => `${percent(low)} to ${percent(high)}`)]
          : []),
      ]),
    },
  };
}

function spreadOf(draws: Arm["draws"]): Point["spread"] {
  if (!draws) return null;
  const sorted = draws.flat().sort((a, b) => a - b);
  return { low: quantile(sorted, 0.1), high: quantile(sorted, 0.9) };
}

function lineMarks(all: Point[], series: SeriesName): Plot.Markish[] {
  const points = all.filter((point) => point.series === series);
  if (points.length === 0) return [];
  const style = SERIES[series];
  return [
    ...spreadMarks(points, color(style.part)),
    ...curveMarks(
      points.map(({ k, accuracy }) => ({ at: k, ...accuracy })),
      style,
    ),
  ];
}

function spreadMarks(points: readonly Point[], stroke: string): Plot.Markish[] {
  const drawn = points.flatMap(({ k, spread }) => (spread ? [{ k, ...spread }] : []));
  return [Plot.ruleX(drawn, { x: "k", y1: "low", y2: "high", stroke, strokeWidth: 5, strokeOpacity: 0.35 })];
}
