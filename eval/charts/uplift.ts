/** Synthetic uplift: what renders add to k target labels. */
import * as Plot from "@observablehq/plot";
import { pointsInterval } from "../comparison/format.js";
import type { Uplift } from "../comparison/schema.js";
import { type Figure, intervalCell, numberCell } from "./figure.js";
import { intervalMarks, PERCENT_AXIS, rowsPlot } from "./rows.js";
import { drawSvg } from "./svg.js";

export function upliftFigure(uplift: Uplift[]): Figure {
  const rows = uplift.map(({ k, arm, difference }) => ({ name: `k = ${k}: ${arm}`, ...difference }));
  const alt = `Synthetic uplift. ${rows.map((row) => `${row.name}: ${pointsInterval(row)} points`).join("; ")}.`;
  return {
    id: "uplift",
    title: "What renders add to k labels",
    caption:
      "Target accuracy with renders and k labels a class, minus with the same k labels alone, on the same images, with its 95% interval. Right of 0: the renders help. Where the interval contains 0, that they do was not shown.",
    alt,
    draw: (width) =>
      drawSvg(
        rowsPlot(
          rows.map((row) => row.name),
          width,
          {
            x: { ...PERCENT_AXIS, label: "synthetic uplift, percentage points" },
            marks: [Plot.ruleX([0]), ...intervalMarks(rows, "extra", 3)],
          },
        ),
        alt,
      ),
    table: {
      caption: "Synthetic uplift by labels a class",
      columns: ["labels a class", "with renders", "without", "uplift, points [95%]"],
      rows: uplift.map(({ k, arm, without, difference }) => [
        numberCell(k, String),
        arm,
        without,
        intervalCell(difference, pointsInterval),
      ]),
    },
  };
}
