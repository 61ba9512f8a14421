/** Confusion matrices. */
import * as Plot from "@observablehq/plot";
import type { Arm } from "../comparison/schema.js";
import { FACET_MARGINS, facets } from "./facets.js";
import { type Cell, type Figure, numberCell } from "./figure.js";
import { color, drawSvg } from "./svg.js";

export function confusionFigure(arms: Arm[], classes: string[]): Figure {
  const cells = arms.flatMap((arm) =>
    arm.target.confusion.flatMap((row, i) =>
      row.map((count, j) => ({
        name: arm.name,
        truth: classes[i]!,
        taken: classes[j]!,
        count,
        share:
          count /
          Math.max(
            1,
            row.reduce((a, b) => a + b, 0),
          ),
      })),
    ),
  );
  const alt = `Confusion on the target, mean counts over seeds, of ${arms.map((arm) => arm.name).join(", ")}; the counts stand in the table.`;
  return {
    id: "confusion",
    title: "Confusion",
    caption:
      "Target images by class (rows) and by what they were taken for (columns); mean counts over seeds.",
    alt,
    draw: (width) => {
      const grid = facets(arms, width);
      return drawSvg(
        {
          ...FACET_MARGINS,
          ...grid.scales,
          marginLeft: 60,
          width,
          height: grid.rows * 170 + 60,
          x: { domain: classes, label: "taken for", labelArrow: "none" },
          y: { domain: classes, label: "class", labelArrow: "none" },
          marks: [
            Plot.cell(cells, {
              ...grid.position,
              x: "taken",
              y: "truth",
              fill: color("target"),
              fillOpacity: (d: (typeof cells)[number]) => 0.06 + 0.5 * d.share,
              inset: 1,
            }),
            Plot.text(cells, {
              ...grid.position,
              x: "taken",
              y: "truth",
              text: (d: (typeof cells)[number]) => shortCount(d.count),
              fontSize: 13,
            }),
            grid.names,
          ],
        },
        alt,
      );
    },
    table: {
      caption: "Confusion on the target, mean counts over seeds",
      columns: ["arm", "class", ...classes.map((name) => `taken for ${name}`)],
      rows: arms.flatMap((arm) =>
        arm.target.confusion.map((row, i): Cell[] => [
          arm.name,
          classes[i]!,
          ...row.map((count) => numberCell(count, shortCount)),
        ]),
      ),
    },
  };
}

const shortCount = (count: number): string => String(Math.round(count * 10) / 10);
