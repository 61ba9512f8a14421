/** Target accuracy of every seed. */
import * as Plot from "@observablehq/plot";
import { percent } from "../comparison/format.js";
import type { Arm } from "../comparison/schema.js";
import { type Figure, numberCell } from "./figure.js";
import { accuracyAxis, rowsPlot } from "./rows.js";
import { color, drawSvg } from "./svg.js";

export function seedsFigure(arms: Arm[]): Figure {
  const points = arms.flatMap((arm) =>
    arm.target.accuracy.values.map((accuracy, s) => ({ name: arm.name, seed: arm.seeds[s]!, accuracy })),
  );
  const alt = `Target accuracy of every seed. ${arms.map((arm) => `${arm.name}: ${arm.target.accuracy.values.map(percent).join(", ")}`).join("; ")}.`;
  return {
    id: "seeds",
    title: "Every seed",
    caption: "Target accuracy of each seed (circles) and their mean (line).",
    alt,
    draw: (width) =>
      drawSvg(
        rowsPlot(
          arms.map((arm) => arm.name),
          width,
          {
            x: { ...accuracyAxis(arms), label: "target accuracy, %" },
            marks: [
              Plot.tickX(arms, {
                x: (arm: Arm) => arm.target.accuracy.mean,
                y: "name",
                insetTop: 12,
                insetBottom: 12,
              }),
              Plot.dot(points, {
                x: "accuracy",
                y: "name",
                r: 5,
                fill: color("target"),
                fillOpacity: 0.45,
                stroke: color("target"),
              }),
            ],
          },
        ),
        alt,
      ),
    table: {
      caption: "Target accuracy of every seed",
      columns: ["arm", "seed", "target accuracy"],
      rows: points.map((p) => [p.name, numberCell(p.seed, String), numberCell(p.accuracy, percent)]),
    },
  };
}
