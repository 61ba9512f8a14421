/** Paired differences with their intervals, and the exact tests of every seed. */
import { pointsInterval, pValue } from "../comparison/format.js";
import type { Comparison } from "../comparison/schema.js";
import { PERCENT_AXIS } from "./axes.js";
import { type Cell, type Figure, intervalCell, numberCell } from "./figure.js";
import { estimateOf, rowChart } from "./row-chart.js";

export function pairsFigure({ pairs }: Pick<Comparison, "pairs">): Figure {
  const texts = pairs.map(({ a, b, difference }) => `${a} − ${b}: ${pointsInterval(difference)} points`);
  return rowChart({
    id: "pairs",
    title: "Paired differences",
    caption:
      "Difference in target accuracy on the same images, with its 95% interval. Right of 0: the first arm is better.",
    alt: `Paired differences in target accuracy. ${texts.join("; ")}.`,
    x: { ...PERCENT_AXIS, label: "difference, percentage points" },
    rule: { at: 0 },
    rows: pairs.map(({ a, b, difference }) => ({
      label: `${a} − ${b}`,
      ...estimateOf("extra", difference),
    })),
    table: {
      caption: "Exact McNemar tests, one a seed",
      columns: [
        "first arm",
        "second arm",
        "difference, points [95%]",
        "seed",
        "only first correct (b)",
        "only second correct (c)",
        "p",
        "p, Holm",
      ],
      rows: pairs.flatMap((pair) =>
        pair.mcnemar.map((test): Cell[] => [
          pair.a,
          pair.b,
          intervalCell(pair.difference, pointsInterval),
          numberCell(test.seed, String),
          numberCell(test.b, String),
          numberCell(test.c, String),
          numberCell(test.p, pValue),
          numberCell(test.pHolm, pValue),
        ]),
      ),
    },
  });
}
