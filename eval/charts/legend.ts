/** What a chart's marks mean, drawn above it. */
import * as Plot from "@observablehq/plot";
import { color, type Part } from "./svg-colors.js";

/** A mark as the chart draws it, and its meaning. */
export interface LegendEntry {
  text: string;
  part: Part;
  shape: "dot" | "line" | "dashed" | "dotted" | "tick" | "band";
  /** Of a dot; a circle where left out. */
  symbol?: Plot.SymbolType;
  hollow?: boolean;
}

const ROW_HEIGHT = 20;
/** Of a letter on average, in pixels at this font size. */
const LETTER_WIDTH = 6.9;
const FONT_SIZE = 12;
const SAMPLE = 22;
const GAP = 16;

interface Placed extends LegendEntry {
  x: number;
  y: number;
}

/** Height of the legend at this width. */
export const legendHeight = (entries: readonly LegendEntry[], width: number): number =>
  entries.length === 0 ? 0 : place(entries, width).at(-1)!.y + ROW_HEIGHT / 2 + 4;

/** The legend as a plot of its own, to stand above another. */
export function legendPlot(entries: readonly LegendEntry[], width: number): Plot.PlotOptions {
  const placed = place(entries, width);
  return {
    width,
    height: legendHeight(entries, width),
    margin: 0,
    x: { type: "identity", axis: null },
    y: { type: "identity", axis: null },
    marks: placed.flatMap((entry) => [
      sample(entry),
      Plot.text([entry], {
        x: entry.x + SAMPLE,
        y: "y",
        text: "text",
        textAnchor: "start",
        fontSize: FONT_SIZE,
      }),
    ]),
  };
}

/** From left to right, in as many rows as the width asks. */
function place(entries: readonly LegendEntry[], width: number): Placed[] {
  let [x, y] = [0, ROW_HEIGHT / 2];
  return entries.map((entry) => {
    const length = SAMPLE + entry.text.length * LETTER_WIDTH + GAP;
    if (x > 0 && x + length - GAP > width) [x, y] = [0, y + ROW_HEIGHT];
    const placed = { ...entry, x, y };
    x += length;
    return placed;
  });
}

const DASHES: Partial<Record<LegendEntry["shape"], string>> = { dashed: "4 3", dotted: "1 3" };

function sample({ shape, part, symbol, hollow, x, y }: Placed): Plot.Markish {
  const stroke = color(part);
  const [left, middle, right] = [x + 1, x + 9, x + 17];
  if (shape === "dot") {
    const fill = hollow ? "none" : stroke;
    return Plot.dot([0], {
      x: [middle],
      y: [y],
      r: 4.5,
      symbol: symbol ?? "circle",
      stroke,
      fill,
      strokeWidth: 1.5,
    });
  }
  if (shape === "band")
    return Plot.rect([0], {
      x1: [left],
      x2: [right],
      y1: [y - 5],
      y2: [y + 5],
      fill: stroke,
      fillOpacity: 0.25,
    });
  if (shape === "tick")
    return Plot.link([0], { x1: [middle], x2: [middle], y1: [y - 6], y2: [y + 6], stroke, strokeWidth: 1.5 });
  const strokeDasharray = DASHES[shape];
  const ends = { x1: [left], x2: [right], y1: [y], y2: [y] };
  return Plot.link([0], { ...ends, stroke, strokeWidth: 2.5, strokeDasharray });
}
