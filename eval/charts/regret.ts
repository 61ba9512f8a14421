/** What choosing checkpoints without target labels costs. */
import * as Plot from "@observablehq/plot";
import { percent } from "../comparison/format.js";
import type { Arm } from "../comparison/schema.js";
import { type Cell, type Figure, numberCell } from "./figure.js";
import { PERCENT_AXIS, rowsPlot } from "./rows.js";
import { color, drawSvg } from "./svg.js";

export function regretFigure(all: Arm[]): Figure {
  const rows = all.flatMap((arm) =>
    arm.regret.map((r) => ({ name: `${arm.name}: ${VALIDATOR_NAMES[r.validator] ?? r.validator}`, ...r })),
  );
  const alt = `Accuracy of the checkpoint that a label-free validator selects, against the best one's. ${rows.map((row) => `${row.name}: ${percent(row.selected)} of ${percent(row.best)}`).join("; ")}.`;
  return {
    id: "regret",
    title: "Choosing without target labels",
    caption:
      "Accuracy on the target's training labels, looked at after the choice: of the checkpoint that each label-free validator selects (filled circle), of the last (hollow diamond) and of the best (tick). The regret is what lies between the selected and the best.",
    alt,
    draw: (width) =>
      drawSvg(
        rowsPlot(
          rows.map((row) => row.name),
          width,
          {
            x: { ...PERCENT_AXIS, label: "accuracy, %   ● selected   ◇ last   | best" },
            marks: [
              Plot.ruleY(rows, { y: "name", x1: "selected", x2: "best", stroke: color("faint") }),
              Plot.tickX(rows, { y: "name", x: "best", insetTop: 12, insetBottom: 12 }),
              Plot.dot(rows, { y: "name", x: "last", symbol: "diamond", stroke: color("source"), r: 5 }),
              Plot.dot(rows, { y: "name", x: "selected", fill: color("target"), r: 4 }),
            ],
          },
        ),
        alt,
      ),
    table: {
      caption: "Accuracy on target train of the checkpoints that validators select, means over seeds",
      columns: ["arm", "validator", "selected", "last", "best", "regret"],
      rows: all.flatMap((arm) =>
        arm.regret.map((r): Cell[] => [
          arm.name,
          VALIDATOR_NAMES[r.validator] ?? r.validator,
          numberCell(r.selected, percent),
          numberCell(r.last, percent),
          numberCell(r.best, percent),
          numberCell(r.regret, percent),
        ]),
      ),
    },
  };
}

const VALIDATOR_NAMES: Record<string, string> = {
  sourceAccuracy: "accuracy on held-out renders",
  meanEntropy: "mean entropy",
  im: "information maximisation",
  bnm: "batch nuclear norm",
  snd: "soft neighbourhood density",
};
