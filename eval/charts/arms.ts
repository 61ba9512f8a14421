/** Target and source accuracy of every arm, with intervals. */

import { percentInterval } from "../comparison/format.js";
import type { Arm } from "../comparison/schema.js";
import { type Figure, intervalCell } from "./figure.js";
import { accuracyAxis, intervalMarks, rowsPlot } from "./rows.js";
import { drawSvg } from "./svg.js";

export function armsFigure(arms: Arm[]): Figure {
  const target = arms.map((arm) => ({ name: arm.name, ...arm.target.accuracy }));
  const source = arms.flatMap((arm) =>
    arm.source.accuracy ? [{ name: arm.name, ...arm.source.accuracy }] : [],
  );
  const alt = `Accuracy by arm. ${arms.map((arm) => `${arm.name}: ${percentInterval(arm.target.accuracy)} on the target`).join("; ")}.`;
  return {
    id: "arms",
    title: "Accuracy by arm",
    caption:
      "Filled circles: target images. Hollow diamonds: held-out renders, same weights. Lines: 95% intervals. Arms are ordered by label budget; tracks are not ranked against one another.",
    alt,
    draw: (width) =>
      drawSvg(
        rowsPlot(
          arms.map((arm) => arm.name),
          width,
          {
            x: { ...accuracyAxis(arms), label: "accuracy, %   ● target   ◇ held-out renders" },
            marks: [...intervalMarks(source, "source", 1.5), ...intervalMarks(target, "target", 3)],
          },
        ),
        alt,
      ),
    table: {
      caption: "Accuracy by arm",
      columns: ["arm", "target [95%]", "held-out renders [95%]"],
      rows: arms.map((arm) => [
        arm.name,
        intervalCell(arm.target.accuracy, percentInterval),
        intervalCell(arm.source.accuracy, percentInterval),
      ]),
    },
  };
}
