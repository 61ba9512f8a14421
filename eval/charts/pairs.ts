/** Paired differences with their intervals, and the exact tests of every seed. */
import * as Plot from "@observablehq/plot";
import { pointsInterval, pValue } from "../comparison/format.js";
import type { Comparison } from "../comparison/schema.js";
import { type Cell, type Figure, intervalCell, numberCell } from "./figure.js";
import { intervalMarks, PERCENT_AXIS, rowsPlot } from "./rows.js";
import { drawSvg } from "./svg.js";

export function pairsFigure({ pairs }: Comparison): Figure {
  const rows = pairs.map((pair) => ({ name: `${pair.a} − ${pair.b}`, ...pair.difference }));
  const alt = `Paired differences in target accuracy. ${rows.map((row) => `${row.name}: ${pointsInterval(row)} points`).join("; ")}.`;
  return {
    id: "pairs",
    title: "Paired differences",
    caption:
      "Difference in target accuracy on the same images, with its 95% interval. Right of 0: the first arm is better.",
    alt,
    draw: (width) =>
      drawSvg(
        rowsPlot(
          rows.map((row) => row.name),
          width,
          {
            x: { ...PERCENT_AXIS, label: "difference, percentage points" },
            marks: [Plot.ruleX([0]), ...intervalMarks(rows, "extra", 3)],
          },
        ),
        alt,
      ),
    table: {
      caption: "Exact McNemar tests, one a seed",
      columns: [
        "first arm",
        "second arm",
        "difference, points [95%]",
        "seed",
        "only first right (b)",
        "only second right (c)",
        "p",
        "p, Holm",
      ],
      rows: pairs.flatMap((pair) =>
        pair.mcnemar.map((test): Cell[] => [
          pair.a,
          pair.b,
          intervalCell(pair.difference, pointsInterval),
          numberCell(test.seed, String),
          numberCell(test.b, String),
          numberCell(test.c, String),
          numberCell(test.p, pValue),
          numberCell(test.pHolm, pValue),
        ]),
      ),
    },
  };
}
