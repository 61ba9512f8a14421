/** Accuracy while training. */
import * as Plot from "@observablehq/plot";
import { percent } from "../comparison/format.js";
import type { Arm } from "../comparison/schema.js";
import { PERCENT_AXIS } from "./axes.js";
import { FACET_MARGINS, facets } from "./facets.js";
import { type Figure, numberCell } from "./figure.js";
import type { LegendEntry } from "./legend.js";
import { drawSvg } from "./svg.js";
import { color } from "./svg-colors.js";

/** With more points, the lines alone are clearer. */
const MOST_DOTS = 200;

/** Of fewer labels a class, an accuracy while training is that of one or two images. */
const LEAST_LABELS = 3;

/** Whether there is a curve of the arm to draw. */
export const hasCurve = ({ k, curves }: Arm): boolean =>
  curves.length > 0 && (k === null || k >= LEAST_LABELS);

export function curvesFigure(all: readonly Arm[]): Figure {
  const arms = all.filter(hasCurve);
  const points = arms.flatMap(curvePoints);
  const lines = points.flatMap(({ train, validation, ...point }) => [
    ...(train === null ? [] : [{ ...point, part: "train" as const, accuracy: train }]),
    ...(validation === null ? [] : [{ ...point, part: "validation" as const, accuracy: validation }]),
  ]);
  const alt = `Accuracy while training, of ${arms.map((arm) => arm.name).join(", ")}; the figures stand in the table.`;
  // Dots of their own: markers of lines are numbered anew with every drawing, and a page could not be rebuilt.
  const line = (part: "train" | "validation", width: number, stroke: "target" | "source") => {
    const own = lines.filter((point) => point.part === part);
    const place = { ...facets(arms, width).position, x: "step", y: "accuracy" };
    const dash = part === "validation" ? { strokeDasharray: "4 2" } : {};
    return [
      Plot.line(own, { ...place, z: "seed", stroke: color(stroke), strokeWidth: 1.5, ...dash }),
      ...(lines.length < MOST_DOTS ? [Plot.dot(own, { ...place, r: 2.5, fill: color(stroke) })] : []),
    ];
  };
  return {
    id: "curves",
    title: "Training curves",
    caption:
      "Accuracy on the training images (solid) and on what the arm may choose its epochs by (dashed), one line a seed; phases follow one another. Arms of fewer than 3 labels a class are left out.",
    alt,
    draw: (width) => {
      const grid = facets(arms, width);
      return drawSvg(
        {
          ...FACET_MARGINS,
          ...grid.scales,
          width,
          height: grid.rows * 230 + 60,
          x: { label: "epoch", ticks: 4, labelArrow: "none", tickFormat: "d" },
          y: { ...PERCENT_AXIS, label: "accuracy, %", grid: true, ticks: 4, labelArrow: "none" },
          marks: [...line("train", width, "source"), ...line("validation", width, "target"), grid.names],
        },
        alt,
        LEGEND,
      );
    },
    table: {
      caption: "Accuracy while training",
      columns: ["arm", "seed", "phase", "epoch", "train", "validation"],
      rows: points.map((p) => [
        p.name,
        numberCell(p.seed, String),
        p.phase,
        numberCell(p.epoch, String),
        numberCell(p.train, percent),
        numberCell(p.validation, percent),
      ]),
    },
  };
}

const LEGEND: readonly LegendEntry[] = [
  { text: "training images", part: "source", shape: "line" },
  { text: "what epochs are chosen by", part: "target", shape: "dashed" },
];

/** Epochs of one arm, counted on through its phases. */
function curvePoints({ name, seeds, curves }: Arm) {
  return seeds.flatMap((seed) =>
    curves
      .filter((epoch) => epoch.seed === seed)
      .map(({ phase, epoch, trainAccuracy, valAccuracy }, i) => ({
        name,
        seed,
        phase,
        epoch,
        step: i + 1,
        train: trainAccuracy,
        validation: valAccuracy,
      })),
  );
}
