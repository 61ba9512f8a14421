/** The appendix: exact tests of single seeds. */
import { type Cell, numberCell } from "../charts/figure.js";
import { pValue } from "../comparison/format.js";
import type { Pair } from "../comparison/schema.js";
import type { TextSection } from "./section.js";

export function mcnemarSection(pairs: readonly Pair[]): TextSection {
  return {
    id: "mcnemar",
    title: "Appendix: exact tests of single seeds",
    caption:
      "McNemar's exact test for these trained seeds, each by itself: what it says of one seed it does not say of the arm. Decisions are those of the paired differences.",
    table: {
      caption: "Exact McNemar tests, one a seed",
      columns: [
        "first arm",
        "second arm",
        "seed",
        "only first correct (b)",
        "only second correct (c)",
        "p",
        "p, Holm over the pairs of the seed",
      ],
      rows: pairs.flatMap((pair) =>
        pair.mcnemar.map((test): Cell[] => [
          pair.a,
          pair.b,
          numberCell(test.seed, String),
          numberCell(test.b, String),
          numberCell(test.c, String),
          numberCell(test.p, pValue),
          numberCell(test.pHolm, pValue),
        ]),
      ),
    },
  };
}
