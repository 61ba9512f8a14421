/** What choosing checkpoints without target labels costs. */
import { percent } from "../comparison/format.js";
import type { Arm } from "../comparison/schema.js";
import { PERCENT_AXIS } from "./axes.js";
import type { ChartRow } from "./chart-row.js";
import { type Figure, numberCell } from "./figure.js";
import { rowChart } from "./row-chart.js";

export function regretFigure(arms: readonly Arm[]): Figure {
  const found = arms.flatMap(({ name, regret }) =>
    regret.map((r) => ({ arm: name, ...r, validator: VALIDATOR_NAMES[r.validator] ?? r.validator })),
  );
  const texts = found.map((r) => `${r.arm}: ${r.validator}: ${percent(r.selected)} of ${percent(r.best)}`);
  return rowChart({
    id: "regret",
    title: "Choosing without target labels",
    caption:
      "Accuracy on the target's training labels, looked at after the choice: of the checkpoint that each label-free validator selects, of the last and of the best. The regret is the distance from the selected to the best.",
    alt: `Accuracy of the checkpoint that a label-free validator selects, against the best one's. ${texts.join("; ")}.`,
    x: { ...PERCENT_AXIS, label: "accuracy, %" },
    legend: [
      { text: "selected", part: "target", shape: "dot" },
      { text: "last", part: "source", shape: "dot", symbol: "diamond", hollow: true },
      { text: "best", part: "extra", shape: "tick" },
    ],
    rows: found.map(rowOf),
    table: {
      caption: "Accuracy on target train of the checkpoints that validators select, means over seeds",
      columns: ["arm", "validator", "selected", "last", "best", "regret"],
      rows: found.map((r) => [
        r.arm,
        r.validator,
        numberCell(r.selected, percent),
        numberCell(r.last, percent),
        numberCell(r.best, percent),
        numberCell(r.regret, percent),
      ]),
    },
  });
}

type Selected = Omit<Arm["regret"][number], "regret"> & { arm: string };

function rowOf({ arm, validator, selected, last, best }: Selected): ChartRow {
  return {
    label: validator,
    group: arm,
    intervals: [{ low: selected, high: best, part: "faint" }],
    marks: [
      { at: best, shape: "tick", part: "extra" },
      { at: last, shape: "diamond", part: "source" },
      { at: selected, shape: "circle", part: "target" },
    ],
  };
}

const VALIDATOR_NAMES: Record<string, string> = {
  sourceAccuracy: "accuracy on held-out renders",
  meanEntropy: "mean entropy",
  im: "information maximisation",
  bnm: "batch nuclear norm",
  snd: "soft neighbourhood density",
};
