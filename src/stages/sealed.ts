/** The sealed test: predictions are made without its labels, and the ledger is written before they are opened. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { baseLedgerPath, openSealedLabels, readLedger, withLabels } from "../../eval/ledger.js";
import { readPredictions, writePredictions } from "../../eval/predictions.js";
import { openImageFolder } from "../shared/dataset.js";
import { sha256 } from "../shared/files.js";
import { backgroundPredictions, predictionsFile } from "./store.js";
import type { Target } from "./target.js";

/** The ledger of everything that was ever run below `out`. */
export const ledgerPath = (out: string): string => join(out, "ledger.jsonl");

/** The openings that came with antbee and those below `out`. */
export const ledgerOf = (out: string) => readLedger([baseLedgerPath(), ledgerPath(out)]);

/** Opens the labels once for all the runs, and writes them into their predictions of the target. */
export async function unseal(
  target: Target,
  out: string,
  experiment: string,
  runs: { folder: string; key: string }[],
) {
  const entry = {
    configHash: sha256(
      runs
        .map(({ key }) => key)
        .sort()
        .join("\n"),
    ),
    reason: `final figures of ${experiment}, ${runs.length} runs`,
    dataset: target.dataset,
    split: target.testSplit ?? "all",
    when: new Date().toISOString(),
  };
  const labels = await openSealedLabels(ledgerPath(out), entry, () => testLabels(target));
  for (const path of runs.flatMap(({ folder }) => targetPredictions(folder, target.dataset)))
    await writePredictions(path, withLabels(await readPredictions(path), labels));
}

/** A run's predictions of the target: its own, and those of its background-only check where it has one. */
export function targetPredictions(folder: string, dataset: string): string[] {
  const background = predictionsFile(folder, backgroundPredictions(dataset));
  return [predictionsFile(folder, dataset), ...(existsSync(background) ? [background] : [])];
}

async function testLabels({ folder, testSplit, test }: Target): Promise<Map<string, string>> {
  const { items } = await openImageFolder(folder, testSplit);
  const wanted = new Set(test.map((item) => item.id));
  return new Map(items.filter((item) => wanted.has(item.id)).map((item) => [item.id, item.label]));
}
