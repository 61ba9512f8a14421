/** Target accuracy of every seed. */
import { percent } from "../comparison/format.js";
import type { Arm } from "../comparison/schema.js";
import { accuracyAxis } from "./axes.js";
import type { ChartRow, RowMark } from "./chart-row.js";
import { type Figure, numberCell } from "./figure.js";
import { rowChart } from "./row-chart.js";

export function seedsFigure(arms: readonly Arm[]): Figure {
  const texts = arms.map(({ name, target }) => `${name}: ${target.accuracy.values.map(percent).join(", ")}`);
  return rowChart({
    id: "seeds",
    title: "Every seed",
    caption: "Target accuracy of each seed and their mean.",
    alt: `Target accuracy of every seed. ${texts.join("; ")}.`,
    x: { ...accuracyAxis(arms), label: "target accuracy, %" },
    legend: [
      { text: "a seed", part: "target", shape: "dot" },
      { text: "their mean", part: "extra", shape: "tick" },
    ],
    rows: arms.map(rowOf),
    table: {
      caption: "Target accuracy of every seed",
      columns: ["arm", "seed", "target accuracy"],
      rows: arms.flatMap(({ name, seeds, target }) =>
        target.accuracy.values.map((value, s) => [
          name,
          numberCell(seeds[s], String),
          numberCell(value, percent),
        ]),
      ),
    },
  });
}

function rowOf({ name, track, target: { accuracy } }: Arm): ChartRow {
  const seeds = accuracy.values.map((at): RowMark => ({ at, shape: "one of many", part: "target" }));
  return {
    label: name,
    group: track,
    intervals: [],
    marks: [{ at: accuracy.mean, shape: "tick", part: "extra" }, ...seeds],
  };
}
