/** What needs features or images, which kept runs have not: taken from the report that the same runs made before. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { type Comparison, checkComparison } from "../../../eval/comparison/schema.js";
import { type LedgerEntry, ledgerEntrySchema } from "../../../eval/predictions/ledger.js";
import { canonicalJson, readJson, sha256 } from "../../shared/files.js";
import { readCheckedJson } from "../../shared/schema.js";
import type { OnEvent } from "../spec/events.js";
import type { Run } from "./arm-runs.js";

/** Says in a report which runs it is of, and which of them were kept. */
export function describeRuns(runs: readonly Run[]): { runs: string; kept?: string } {
  const keys = runs.map(({ record }) => record.key).sort();
  const kept = runs.filter(({ record }) => record.kept);
  const named = kept.map(({ record }) => `${record.arm} seed ${record.seed}`);
  return {
    runs: sha256(keys.join("\n")),
    ...(kept.length === 0
      ? {}
      : { kept: kept.length === runs.length ? `all ${runs.length} runs` : named.join(", ") }),
  };
}

/**
 * The comparison with the embeddings, distances and image statistics of the report that stands there, where that is of the
 * same runs and they are kept ones.
 */
export async function carryOver(comparison: Comparison, report: string, on: OnEvent): Promise<Comparison> {
  if (comparison.environment.kept === undefined) return comparison;
  const before = await sameReport(comparison, report);
  const without = before ? "their pictures" : "embeddings, distances, image statistics and pictures";
  on({ type: "note", text: `kept runs have no features or images: the report is without ${without}` });
  if (!before) return comparison;
  const either = <T>(now: readonly T[], then: readonly T[]) => [...(now.length > 0 ? now : then)];
  return {
    ...comparison,
    embeddings: either(comparison.embeddings, before.embeddings),
    distances: either(comparison.distances, before.distances),
    statistics: either(comparison.statistics, before.statistics),
  };
}

/**
 * The ledger with the openings that the report of kept runs tells of: the ledger of the machine that made them did not
 * come along, and without it too few openings would be counted.
 */
export async function ledgerOfKept(
  own: readonly LedgerEntry[],
  runs: readonly Run[],
  report: string,
): Promise<LedgerEntry[]> {
  const path = join(report, "report.json");
  if (!runs.some(({ record }) => record.kept) || !existsSync(path)) return [...own];
  const { ledger } = await readCheckedJson(told, path);
  const known = new Set(own.map(canonicalJson));
  return [...own, ...ledger.filter((entry) => !known.has(canonicalJson(entry)))];
}

const told = z.looseObject({ ledger: z.array(ledgerEntrySchema) });

async function sameReport({ environment }: Comparison, report: string): Promise<Comparison | undefined> {
  const path = join(report, "report.json");
  if (!existsSync(path)) return undefined;
  const before = await readJson<Partial<Comparison>>(path);
  return before.environment?.runs === environment.runs
    ? checkComparison(path, before as Comparison)
    : undefined;
}
