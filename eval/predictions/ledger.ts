/**
 * The ledger of the sealed test: whoever opens the labels leaves a line first. What was chosen after many openings was
 * chosen on the test; the count stands in every report.
 */
import { z } from "zod";
import { invalid, note } from "../../src/shared/errors.js";
import { appendJsonLine, canonicalJson, readJsonLines, sha256 } from "../../src/shared/files.js";
import { packageFile } from "../../src/shared/roots.js";
import { check } from "../../src/shared/schema.js";
import type { Predictions } from "../../src/shared/types.js";

export const ledgerEntrySchema = z.strictObject({
  /** Names the configuration that was evaluated; openings of one configuration count once. */
  configHash: z.string().min(1),
  /** Why the labels were opened, in a sentence. */
  reason: z.string().min(1),
  dataset: z.string().min(1),
  split: z.string().min(1),
  /** ISO 8601; absent where it was not recorded. */
  when: z.string().optional(),
});
/** One opening of sealed labels. */
export type LedgerEntry = z.infer<typeof ledgerEntrySchema>;

/** Hash of a configuration, whatever the order of its keys. Seeds do not belong in it. */
export function configHash(config: unknown): string {
  return sha256(canonicalJson(config));
}

/** The committed ledger that comes with antbee: openings from before any local one. */
export const baseLedgerPath = (): string => packageFile("reports/ledger.jsonl");

/** Every opening in these ledgers, in order; a ledger that does not exist yet is empty. */
export async function readLedger(paths: readonly string[]): Promise<LedgerEntry[]> {
  const ledgers = await Promise.all(paths.map(async (path) => checked(path, await readJsonLines(path))));
  return ledgers.flat();
}

/** Different configurations that saw the labels of this split. */
export function countOpenings(entries: readonly LedgerEntry[], dataset: string, split: string): number {
  const of = entries.filter((e) => e.dataset === dataset && e.split === split);
  return new Set(of.map((e) => e.configHash)).size;
}

/**
 * The one door to sealed labels: appends the opening to the ledger at `path`, and only then calls `read`.
 * Where the line cannot be written, the labels stay sealed.
 */
export async function openSealedLabels<Labels>(
  path: string,
  entry: LedgerEntry,
  read: () => Labels | Promise<Labels>,
): Promise<Labels> {
  const [whole] = checked(path, [entry]);
  await appendJsonLine(path, whole);
  return read();
}

/** Predictions with the truth filled in. @throws bad input that names the first image without a label */
export function withLabels(predictions: Predictions, labels: ReadonlyMap<string, string>): Predictions {
  const rows = predictions.rows.map((row) => {
    const label = labels.get(row.id);
    if (label === undefined) throw invalid(`${predictions.dataset} (${row.id})`, "a label", note("none"));
    return { ...row, label };
  });
  return { ...predictions, rows };
}

function checked(path: string, entries: readonly unknown[]): LedgerEntry[] {
  return entries.map((entry, i) => check(ledgerEntrySchema, entry, `${path}:${i + 1}`));
}
