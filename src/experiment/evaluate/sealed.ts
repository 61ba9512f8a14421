/** The sealed test: predictions are made without its labels, and the ledger is written before they are opened. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { readPredictions, writePredictions } from "../../../eval/predictions/csv.js";
import {
  baseLedgerPath,
  openSealedLabels,
  readLedger,
  withLabels,
} from "../../../eval/predictions/ledger.js";
import { openImageFolder } from "../../shared/dataset.js";
import { sha256 } from "../../shared/files.js";
import type { Target } from "../source/target.js";
import { backgroundPredictions, predictionsFile, sealedPredictionsFile } from "../store/store.js";

/** The ledger of everything that was ever run below `out`. */
export const ledgerPath = (out: string): string => join(out, "ledger.jsonl");

/** The openings that came with antbee and those below `out`. */
export const ledgerOf = (out: string) => readLedger([baseLedgerPath(), ledgerPath(out)]);

/** Runs whose predictions of the target are sealed still. */
export interface SealedRun {
  folder: string;
  key: string;
}

/**
 * Opens the labels once for all the runs, and writes labelled copies of their predictions. Nothing that was finished is
 * written again.
 * @returns whether there was anything to open
 */
export async function openLabels(
  target: Target,
  out: string,
  experiment: string,
  runs: readonly SealedRun[],
): Promise<boolean> {
  const names = [target.dataset, backgroundPredictions(target.dataset)];
  const places = runs.flatMap(({ folder }) => names.map((name) => ({ folder, name })));
  const sealed = places.filter(
    ({ folder, name }) =>
      existsSync(sealedPredictionsFile(folder, name)) && !existsSync(predictionsFile(folder, name)),
  );
  if (sealed.length === 0) return false;
  const labels = await openSealedLabels(ledgerPath(out), entryOf(target, experiment, runs), () =>
    testLabels(target),
  );
  for (const { folder, name } of sealed) {
    const predictions = await readPredictions(sealedPredictionsFile(folder, name));
    await writePredictions(predictionsFile(folder, name), withLabels(predictions, labels));
  }
  return true;
}

const entryOf = (target: Target, experiment: string, runs: readonly SealedRun[]) => ({
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
});

async function testLabels({ folder, testSplit, test }: Target): Promise<Map<string, string>> {
  const { items } = await openImageFolder(folder, testSplit);
  const wanted = new Set(test.map((item) => item.id));
  return new Map(items.filter((item) => wanted.has(item.id)).map((item) => [item.id, item.label]));
}
