/** Images worth a look: errors, most uncertain and correct ones, of renders and of the target side by side. */
import type { Predictions } from "../../src/shared/types.js";
import { type Outcome, outcomes, sortedRows } from "../predictions/outcomes.js";
import type { ArmInput } from "./input.js";
import type { GalleryItem } from "./schema.js";

/** Images of a kind in a domain. */
const EACH = 4;

type Kind = GalleryItem["kind"];

/**
 * Of the source-only arm and of the last arm that adapted it, at their first seed: the most confident errors, the
 * least confident predictions, and the most confident correct ones. Equal ones in the order of ids.
 */
export function selectGallery(arms: readonly ArmInput[], sourceOnly: string | undefined): GalleryItem[] {
  const base = arms.find((arm) => arm.name === sourceOnly);
  const adapted = arms.findLast(
    (arm) => arm.synthetic && arm !== base && arm.experiment === base?.experiment,
  );
  return [base, adapted].flatMap((arm) => (arm ? armGallery(arm) : []));
}

/** What is right is left to the table: no picture of it is shown. */
export const isPictured = ({ kind }: Pick<GalleryItem, "kind">): boolean => kind !== "right";

/** Names the picture of an item, among those that a report is given. */
export function pictureKey({
  arm,
  seed,
  dataset,
  id,
}: Pick<GalleryItem, "arm" | "seed" | "dataset" | "id">): string {
  return JSON.stringify([arm, seed, dataset, id]);
}

function armGallery({ name, runs }: ArmInput): GalleryItem[] {
  const { seed, source, target } = runs.toSorted((a, b) => a.seed - b.seed)[0]!;
  const of = (domain: GalleryItem["domain"], predictions: Predictions | null) =>
    predictions
      ? select(predictions).map((item) => ({
          arm: name,
          seed,
          domain,
          dataset: predictions.dataset,
          ...item,
        }))
      : [];
  return [...of("source", source), ...of("target", target)];
}

function select(predictions: Predictions) {
  const { classes } = predictions;
  const all = outcomes({ ...predictions, rows: sortedRows(predictions.rows) });
  const errors = all.filter((o) => o.truth !== o.predicted);
  const correct = all.filter((o) => o.truth === o.predicted);
  const groups: [Kind, Outcome[]][] = [
    ["wrong", byConfidence(errors, -1)],
    ["uncertain", byConfidence(all, 1)],
    ["right", byConfidence(correct, -1)],
  ];
  return groups.flatMap(([kind, group]) =>
    group.slice(0, EACH).map(({ id, truth, predicted, confidence }) => ({
      kind,
      id,
      label: classes[truth]!,
      taken: classes[predicted]!,
      confidence,
    })),
  );
}

function byConfidence(rows: readonly Outcome[], order: 1 | -1): Outcome[] {
  return [...rows].sort((a, b) => order * (a.confidence - b.confidence));
}
