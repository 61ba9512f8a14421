/** Synthetic uplift: what renders add to k target labels. */
import { pointsInterval } from "../comparison/format.js";
import type { Uplift } from "../comparison/schema.js";
import { PERCENT_AXIS } from "./axes.js";
import { type Figure, intervalCell, numberCell } from "./figure.js";
import { methodsSentence } from "./methods.js";
import { estimateOf, rowChart } from "./row-chart.js";

export function upliftFigure(uplift: readonly Uplift[]): Figure {
  const texts = uplift.map(
    ({ k, arm, difference }) => `k = ${k}: ${arm}: ${pointsInterval(difference)} points`,
  );
  return rowChart({
    id: "uplift",
    title: "What renders add to k labels",
    caption:
      "Target accuracy with renders and k labels a class, minus with the same k labels alone, on the same images, with its 95% interval. Right of 0: more accurate with renders. No decision is made of it; where the interval contains 0, either sign is left open. " +
      methodsSentence(uplift.map((one) => one.difference)),
    alt: `Synthetic uplift. ${texts.join("; ")}.`,
    x: { ...PERCENT_AXIS, label: "synthetic uplift, percentage points" },
    rules: [{ at: 0 }],
    legend: [{ text: "difference with its 95% interval", part: "extra", shape: "dot" }],
    rows: uplift.map(({ k, arm, difference }) => ({
      label: arm,
      group: `k = ${k}`,
      ...estimateOf("extra", difference),
    })),
    table: {
      caption: "Synthetic uplift by labels a class",
      columns: [
        "labels a class",
        "with renders",
        "without",
        "draws of the labels a seed",
        "uplift, points [95%]",
      ],
      rows: uplift.map(({ k, arm, without, draws, difference }) => [
        numberCell(k, String),
        arm,
        without,
        numberCell(draws, String),
        intervalCell(difference, pointsInterval),
      ]),
    },
  });
}
