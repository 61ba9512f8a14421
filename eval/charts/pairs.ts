/** Paired differences with their intervals, and what was decided of each. */
import { decision, familiesSentence } from "../comparison/decision.js";
import { pointsInterval, pValue } from "../comparison/format.js";
import type { Comparison } from "../comparison/schema.js";
import { PERCENT_AXIS } from "./axes.js";
import { type Figure, intervalCell, numberCell } from "./figure.js";
import { DECIDED } from "./legends.js";
import { methodsSentence } from "./methods.js";
import { estimateOf, rowChart } from "./row-chart.js";

export function pairsFigure({ pairs, families }: Pick<Comparison, "pairs" | "families">): Figure {
  const texts = pairs.map(
    ({ a, b, difference, ...pair }) => `${a} − ${b}: ${pointsInterval(difference)} points, ${decision(pair)}`,
  );
  return rowChart({
    id: "pairs",
    title: "Paired differences",
    caption: `Difference in target accuracy on the same images, with its 95% interval, uncorrected. Right of 0: the first arm is more accurate. ${methodsSentence(pairs.map((pair) => pair.difference))} ${familiesSentence(families)}`,
    alt: `Paired differences in target accuracy. ${texts.join("; ")}.`,
    x: { ...PERCENT_AXIS, label: "difference, percentage points" },
    rules: [{ at: 0 }],
    legend: DECIDED,
    rows: pairs.map(({ a, b, difference, shown }) => ({
      label: `${a} − ${b}`,
      ...estimateOf(shown ? "target" : "source", difference),
    })),
    table: {
      caption: "Paired differences, and one decision for each pair of the family",
      columns: ["first arm", "second arm", "difference, points [95%]", "p", "p, Holm", "decision"],
      rows: pairs.map((pair) => [
        pair.a,
        pair.b,
        intervalCell(pair.difference, pointsInterval),
        numberCell(pair.p, pValue),
        numberCell(pair.pAdjusted, pValue),
        decision(pair),
      ]),
    },
  });
}
