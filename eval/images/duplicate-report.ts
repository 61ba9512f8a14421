/** What a check for duplicates found, as a report repeats it and a file keeps it. */
import { z } from "zod";
import type { UnlabeledItem } from "../../src/shared/types.js";
import { type Duplicates, NEAR_CORRELATION, NEAR_COSINE, NEAR_DISTANCE } from "./duplicates.js";

const placeSchema = z.enum(["within a split", "between splits", "between domains"]);

export const duplicateReportSchema = z.strictObject({
  dataset: z.string(),
  images: z.int().min(0),
  /** How pairs were found, in a sentence. */
  method: z.string(),
  /** Images with the same bytes, group by group. */
  exact: z.array(z.strictObject({ place: placeSchema, ids: z.array(z.string()).min(2) })),
  near: z.array(
    z.strictObject({
      place: placeSchema,
      a: z.string(),
      b: z.string(),
      /** Hamming distance of the perceptual hashes, of 64 bits. */
      distance: z.number(),
      /** Pearson's correlation of the grey thumbnails. */
      correlation: z.number(),
      /** Cosine of the backbone's features; null where no backbone was asked. */
      cosine: z.number().nullable(),
      mirrored: z.boolean(),
    }),
  ),
});

export type DuplicateReport = z.infer<typeof duplicateReportSchema>;
type Place = z.infer<typeof placeSchema>;

/** An image of the dataset, or of the domain that it is compared with. */
export interface CheckedItem extends UnlabeledItem {
  domain: string;
}

/**
 * What was found in the dataset, and between it and the other domain; pairs of the other domain alone are left out.
 * @param backbone whose features were compared, or null
 */
export function duplicateReport(
  dataset: string,
  items: readonly CheckedItem[],
  { exact, near }: Duplicates,
  backbone: string | null,
): DuplicateReport {
  const domains = new Map(items.map((item) => [item.path, item.domain]));
  const ofDataset = (found: readonly UnlabeledItem[]) =>
    found.some((item) => domains.get(item.path) === dataset);
  const place = (of: readonly UnlabeledItem[]): Place => {
    if (new Set(of.map((item) => domains.get(item.path))).size > 1) return "between domains";
    return new Set(of.map((item) => item.split)).size > 1 ? "between splits" : "within a split";
  };
  return {
    dataset,
    images: items.filter(({ domain }) => domain === dataset).length,
    method: methodText(backbone),
    exact: exact
      .filter(({ items: same }) => ofDataset(same))
      .map(({ items: same }) => ({ place: place(same), ids: same.map((item) => item.id) })),
    near: near
      .filter(({ a, b }) => ofDataset([a, b]))
      .map(({ a, b, ...figures }) => ({ place: place([a, b]), a: a.id, b: b.id, ...figures })),
  };
}

function methodText(backbone: string | null): string {
  const pixels = `at most ${NEAR_DISTANCE} of 64 bits of a difference hash apart and thumbnails that correlate at ${NEAR_CORRELATION} or more, upright or mirrored`;
  return backbone
    ? `Near: ${pixels}; or features of ${backbone} with a cosine of ${NEAR_COSINE} or more.`
    : `Near: ${pixels}; no backbone was at hand to compare features.`;
}
