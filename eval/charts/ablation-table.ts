/** Every variant of an ablation against the whole scene, in a table. */
import { variantLabel } from "../ablation/headline.js";
import type { Ablation, AblationVariant } from "../ablation/schema.js";
import { percentInterval, pointsInterval, pointsSize, pValue } from "../comparison/format.js";
import { type Cell, intervalCell, numberCell, type Table } from "./figure.js";

const DECISIONS = { true: "shown", false: "not shown" } as const;

/** In a table; a single seed decides nothing. */
export const variantDecision = ({ p, shown }: AblationVariant): string =>
  p === null ? "none at one seed" : DECISIONS[`${shown}`];

/** A row a variant, below that of the whole scene. */
export function variantsTable({ full, variants }: Ablation): Table {
  const counted = (count: number) => numberCell(count, String);
  const none = numberCell(null, String);
  return {
    caption: "Every variant against the whole scene, on the target's training images",
    columns: [
      "scene",
      "renders",
      "difference, points [95%]",
      "smallest shown alone",
      "smallest shown in its family",
      "p",
      "p, Holm",
      "decision",
      "target train [95%]",
      "held-out renders [95%]",
    ],
    rows: [
      ["whole", counted(full.count), none, none, none, none, none, "", ...accuracies(full)],
      ...variants.map((one): Cell[] => [
        variantLabel(one),
        counted(one.count),
        intervalCell(one.difference, pointsInterval),
        numberCell(one.smallest?.alone, pointsSize),
        numberCell(one.smallest?.family, pointsSize),
        numberCell(one.p, pValue),
        numberCell(one.pAdjusted, pValue),
        variantDecision(one),
        ...accuracies(one),
      ]),
    ],
  };
}

const accuracies = ({ target, renders }: Pick<AblationVariant, "target" | "renders">): Cell[] => [
  intervalCell(target, percentInterval),
  intervalCell(renders, percentInterval),
];
