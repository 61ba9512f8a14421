/** Target and source accuracy of every arm, with intervals. */
import { percentInterval } from "../comparison/format.js";
import type { Arm } from "../comparison/schema.js";
import { accuracyAxis } from "./axes.js";
import { type Figure, intervalCell } from "./figure.js";
import { type ChartRow, estimateOf, rowChart } from "./row-chart.js";

export function armsFigure(arms: readonly Arm[]): Figure {
  const texts = arms.map((arm) => `${arm.name}: ${percentInterval(arm.target.accuracy)} on the target`);
  return rowChart({
    id: "arms",
    title: "Accuracy by arm",
    caption:
      "Filled circles: target images. Hollow diamonds: held-out renders, same weights. Lines: 95% intervals. Arms are ordered by label budget; tracks are not ranked against one another.",
    alt: `Accuracy by arm. ${texts.join("; ")}.`,
    x: { ...accuracyAxis(arms), label: "accuracy, %   ● target   ◇ held-out renders" },
    rows: arms.map(rowOf),
    table: {
      caption: "Accuracy by arm",
      columns: ["arm", "target [95%]", "held-out renders [95%]"],
      rows: arms.map((arm) => [
        arm.name,
        intervalCell(arm.target.accuracy, percentInterval),
        intervalCell(arm.source.accuracy, percentInterval),
      ]),
    },
  });
}

function rowOf({ name, track, source, target }: Arm): ChartRow {
  const domains = [
    ...(source.accuracy ? [estimateOf("source", source.accuracy)] : []),
    estimateOf("target", target.accuracy),
  ];
  return {
    label: name,
    group: track,
    intervals: domains.flatMap(({ intervals }) => intervals),
    marks: domains.flatMap(({ marks }) => marks),
  };
}
