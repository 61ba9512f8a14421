/** The background-only check. */
import * as Plot from "@observablehq/plot";
import { percentInterval } from "../comparison/format.js";
import type { Comparison } from "../comparison/schema.js";
import { type Figure, intervalCell } from "./figure.js";
import { intervalMarks, PERCENT_AXIS, rowsPlot } from "./rows.js";
import { color, drawSvg } from "./svg.js";

export function backgroundFigure(
  { source, target }: NonNullable<Comparison["background"]>,
  classes: readonly string[],
): Figure {
  const rows = [
    { name: "held-out renders, subjects hidden", ...source },
    ...(target ? [{ name: "target images as they are", ...target }] : []),
  ];
  const chance = 1 / classes.length;
  const alt = `Background only. ${rows.map((row) => `${row.name}: ${percentInterval(row)}`).join("; ")}; chance: ${100 * chance}%.`;
  return {
    id: "background",
    title: "Does the background give the class away?",
    caption:
      "Accuracy of a head that was trained on renders whose subjects are hidden, with 95% intervals; the dashed line is chance. What lies above it on hidden renders is what their surroundings tell of the class; what lies above it on the target is how far that carries over.",
    alt,
    draw: (width) =>
      drawSvg(
        rowsPlot(
          rows.map((row) => row.name),
          width,
          {
            x: { ...PERCENT_AXIS, label: "accuracy, %" },
            marks: [
              Plot.ruleX([chance], { stroke: color("faint"), strokeDasharray: "4 3" }),
              ...intervalMarks(rows, "extra", 3),
            ],
          },
        ),
        alt,
      ),
    table: {
      caption: "Accuracy from the background alone",
      columns: ["images", "accuracy [95%]"],
      rows: rows.map((row) => [row.name, intervalCell(row, percentInterval)]),
    },
  };
}
