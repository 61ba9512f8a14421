/** Reliability diagrams, and the calibration figures. */
import * as Plot from "@observablehq/plot";
import { NONE } from "../comparison/format.js";
import type { Arm } from "../comparison/schema.js";
import { PERCENT_AXIS } from "./axes.js";
import { FACET_MARGINS, facets } from "./facets.js";
import { type Figure, numberCell } from "./figure.js";
import type { LegendEntry } from "./legend.js";
import { drawSvg } from "./svg.js";
import { color } from "./svg-colors.js";

/** A bin of fewer images, in the mean of the seeds, is no evidence. */
const LEAST_IMAGES = 3;

/** @param classes how many there are: no confidence is below 1 / classes */
export function reliabilityFigure(arms: readonly Arm[], classes: number): Figure {
  const bins = arms.flatMap((arm) =>
    arm.target.reliability.flatMap(({ confidence, accuracy, n }) =>
      confidence === null || accuracy === null || n < LEAST_IMAGES
        ? []
        : [{ name: arm.name, confidence, accuracy, n }],
    ),
  );
  const alt = `Reliability on the target. ${arms.map((arm) => `${arm.name}: ECE ${arm.target.ece.toFixed(3)}, floor ${arm.target.eceFloor.toFixed(3)}`).join("; ")}.`;
  const least = 1 / classes;
  return {
    id: "reliability",
    title: "Reliability",
    caption:
      "Confidence of the prediction against its accuracy, in 15 bins; the larger, the more images; bins of fewer than 3 images a seed are left out. On the line, confidence equals accuracy. The floor of the ECE is what a perfectly calibrated model with these confidences would show by chance. A temperature fitted on held-out renders need not suit the target: the table shows its effect.",
    alt,
    draw: (width) => {
      const grid = facets(arms, width);
      const diagonal = arms.flatMap(({ name }) => [
        { name, at: least },
        { name, at: 1 },
      ]);
      const most = Math.max(1, ...bins.map((bin) => bin.n));
      return drawSvg(
        {
          r: { type: "identity" },
          ...FACET_MARGINS,
          ...grid.scales,
          width,
          height: grid.rows * 230 + 60,
          x: {
            ...PERCENT_AXIS,
            domain: [100 * least, 100],
            label: "confidence, %",
            ticks: 3,
            labelArrow: "none",
          },
          y: {
            ...PERCENT_AXIS,
            domain: [0, 100],
            label: "accuracy, %",
            ticks: 4,
            grid: true,
            labelArrow: "none",
          },
          marks: [
            Plot.line(diagonal, { ...grid.position, x: "at", y: "at", z: "name", stroke: color("faint") }),
            Plot.dot(bins, {
              ...grid.position,
              x: "confidence",
              y: "accuracy",
              r: (bin: (typeof bins)[number]) => 2.5 + 8 * Math.sqrt(bin.n / most),
              fill: color("target"),
              fillOpacity: 0.5,
              stroke: color("target"),
            }),
            grid.names,
          ],
        },
        alt,
        LEGEND,
      );
    },
    table: {
      caption: "Calibration on the target, means over seeds",
      columns: [
        "arm",
        "ECE",
        "its floor",
        "NLL",
        "Brier",
        "temperature",
        "fitted on",
        "ECE with it",
        "NLL with it",
      ],
      rows: arms.map(({ name, target: { ece, eceFloor, nll, brier, temperature } }) => [
        name,
        ...[ece, eceFloor, nll, brier, temperature?.value].map(thousandths),
        temperature?.fittedOn ?? NONE,
        ...[temperature?.ece, temperature?.nll].map(thousandths),
      ]),
    },
  };
}

const LEGEND: readonly LegendEntry[] = [
  { text: "a bin of confidences", part: "target", shape: "dot" },
  { text: "confidence = accuracy", part: "faint", shape: "line" },
];

const thousandths = (value: number | undefined) => numberCell(value, (x) => x.toFixed(3));
