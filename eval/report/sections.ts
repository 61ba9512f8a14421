/** The parts of the report, in its order: charts with their tables, and parts of a table alone. */
import { armsFigure } from "../charts/arms.js";
import { backgroundFigure } from "../charts/background.js";
import { confusionFigure } from "../charts/confusion.js";
import { curvesFigure } from "../charts/curves.js";
import { distancesFigure } from "../charts/distances.js";
import { pcaFigure, tsneFigure } from "../charts/embedding.js";
import type { Figure } from "../charts/figure.js";
import { kLabelsFigure } from "../charts/k-labels.js";
import { pairsFigure } from "../charts/pairs.js";
import { regretFigure } from "../charts/regret.js";
import { reliabilityFigure } from "../charts/reliability.js";
import { seedsFigure } from "../charts/seeds.js";
import { statisticsFigure } from "../charts/statistics.js";
import { upliftFigure } from "../charts/uplift.js";
import type { Comparison } from "../comparison/schema.js";
import { duplicatesSection } from "./duplicates-section.js";
import { experimentsSection } from "./experiments-section.js";
import { gallerySection } from "./gallery-section.js";
import type { Section } from "./section.js";
import { armsByTrack } from "./table.js";
import { worthSection } from "./worth-section.js";

/** Every part that the comparison has data for: the arms always, and first. */
export function reportSections(comparison: Comparison): [Figure, ...Section[]] {
  const arms = armsByTrack(comparison.arms).flatMap((group) => group.arms);
  const budgets = new Set(arms.flatMap((arm) => arm.k ?? []));
  const { pairs, uplift, worth, classes, embeddings, distances, background, statistics } = comparison;
  const when = <T>(present: boolean, make: () => T): T[] => (present ? [make()] : []);
  return [
    armsFigure(arms),
    ...(comparison.experiments ? [experimentsSection(comparison.experiments)] : []),
    ...when(pairs.length > 0, () => pairsFigure(comparison)),
    ...when(budgets.size > 1, () => kLabelsFigure(arms)),
    ...when(worth.length > 0, () => worthSection(worth, arms)),
    ...when(uplift.length > 0, () => upliftFigure(uplift)),
    seedsFigure(arms),
    ...when(
      arms.some((arm) => arm.curves.length > 0),
      () => curvesFigure(arms),
    ),
    ...when(
      arms.some((arm) => arm.regret.length > 0),
      () => regretFigure(arms),
    ),
    reliabilityFigure(arms, classes.length),
    confusionFigure(arms, classes),
    ...when(embeddings.length > 0, () => pcaFigure(comparison)),
    ...when(embeddings.length > 0, () => tsneFigure(comparison)),
    ...when(distances.length > 0, () => distancesFigure(distances)),
    ...(background ? [backgroundFigure(background, classes)] : []),
    ...when(comparison.gallery.length > 0, () => gallerySection(comparison.gallery)),
    ...when(statistics.length > 0, () => statisticsFigure(statistics)),
    ...(comparison.duplicates ? [duplicatesSection(comparison.duplicates)] : []),
  ];
}

/** The parts that have a chart. */
export function reportFigures(comparison: Comparison): Figure[] {
  return reportSections(comparison).filter((section): section is Figure => "draw" in section);
}
