/** The charts of a report, each with its table and its text alternative. */
import { armsFigure } from "./charts/arms.js";
import { confusionFigure } from "./charts/confusion.js";
import { curvesFigure } from "./charts/curves.js";
import { kLabelsFigure } from "./charts/k-labels.js";
import { pairsFigure } from "./charts/pairs.js";
import { reliabilityFigure } from "./charts/reliability.js";
import { seedsFigure } from "./charts/seeds.js";
import type { Figure } from "./figure.js";
import type { Comparison } from "./report-schema.js";
import { armsByTrack } from "./table.js";

/** Every figure that the comparison has data for, in the order of the report. */
export function reportFigures(comparison: Comparison): Figure[] {
  const arms = armsByTrack(comparison.arms).flatMap((group) => group.arms);
  const budgets = new Set(arms.flatMap((arm) => arm.k ?? []));
  return [
    armsFigure(arms),
    ...(comparison.pairs.length ? [pairsFigure(comparison)] : []),
    ...(budgets.size > 1 ? [kLabelsFigure(arms)] : []),
    seedsFigure(arms),
    ...(arms.some((arm) => arm.curves.length) ? [curvesFigure(arms)] : []),
    reliabilityFigure(arms, comparison.classes.length),
    confusionFigure(arms, comparison.classes),
  ];
}
