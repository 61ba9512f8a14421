/** Confusion matrices. */
import * as Plot from "@observablehq/plot";
import type { Arm } from "../comparison/schema.js";
import { FACET_MARGINS, facets } from "./facets.js";
import { type Cell, type Figure, numberCell } from "./figure.js";
import { drawSvg } from "./svg.js";
import { color } from "./svg-colors.js";

/** Small multiples of C x C cells, a matrix an arm. */
export function confusionFigure(arms: readonly Arm[], classes: readonly string[]): Figure {
  const cells = arms.flatMap((arm) =>
    arm.target.confusion.flatMap((row, i) =>
      row.map((count, j) => ({
        name: arm.name,
        truth: classes[i]!,
        predicted: classes[j]!,
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
    caption: "Target images by class (rows) and predicted class (columns); mean counts over seeds.",
    alt,
    draw: (width) => {
      const grid = facets(arms, width);
      return drawSvg(
        {
          ...FACET_MARGINS,
          ...grid.scales,
          marginLeft: Math.max(60, ...classes.map((name) => name.length * LETTER_WIDTH + 24)),
          width,
          height: grid.rows * Math.max(170, 40 + CELL_HEIGHT * classes.length) + 60,
          x: {
            domain: [...classes],
            tickRotate: classes.length > MOST_LEVEL ? -30 : 0,
            label: "predicted as",
            labelArrow: "none",
          },
          y: { domain: [...classes], label: "class", labelArrow: "none" },
          marks: [
            Plot.cell(cells, {
              ...grid.position,
              x: "predicted",
              y: "truth",
              fill: color("target"),
              fillOpacity: (d: (typeof cells)[number]) => 0.06 + 0.5 * d.share,
              inset: 1,
            }),
            Plot.text(cells, {
              ...grid.position,
              x: "predicted",
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
      columns: ["arm", "class", ...classes.map((name) => `predicted as ${name}`)],
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

/** Least height of a cell that holds a count, and of a letter on average, in pixels. */
const CELL_HEIGHT = 36;
const LETTER_WIDTH = 6.4;
/** With more classes, their names are turned to fit below their columns. */
const MOST_LEVEL = 3;

const shortCount = (count: number): string => String(Math.round(count * 10) / 10);
