/** The sealed test: predictions are made without its labels, and the ledger is written before they are opened. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { readPredictions, writePredictions } from "../../../eval/predictions/csv.js";
import {
  baseLedgerPath,
  countOpenings,
  openSealedLabels,
  readLedger,
  withLabels,
} from "../../../eval/predictions/ledger.js";
import { openImageFolder } from "../../shared/dataset.js";
import { sha256 } from "../../shared/files.js";
import type { UnlabeledItem } from "../../shared/types.js";
import { knownSealedSets, type SealedSet } from "../source/sealed-set.js";
import type { Target } from "../source/target.js";
import type { OnEvent } from "../spec/events.js";
import { checkFile } from "../store/run-files.js";
import {
  backgroundPredictions,
  predictionsFile,
  readRun,
  recordFiles,
  sealedPredictionsFile,
} from "../store/store.js";

/** The ledger of everything that was ever run below `out`. */
export const ledgerPath = (out: string): string => join(out, "ledger.jsonl");

/** The openings that came with antbee and those below `out`. */
export const ledgerOf = (out: string) => readLedger([baseLedgerPath(), ledgerPath(out)]);

/** Labels that are about to be seen: by which configuration, why, and of which sealed tests. */
export interface Opening {
  /** Folder of the ledger. */
  out: string;
  sets: readonly SealedSet[];
  /** Of the runs that are measured by them; together they are the configuration. */
  keys: readonly string[];
  reason: string;
  on: OnEvent;
}

/** Enters an opening into the ledger and tells it, and only then calls `read`. */
export async function openSets<Labels>(
  { out, sets, keys, reason, on }: Opening,
  read: () => Labels | Promise<Labels>,
): Promise<Labels> {
  const configHash = sha256([...keys].sort().join("\n"));
  const ledger = ledgerPath(out);
  for (const set of sets) {
    const entry = { configHash, reason, ...set, when: new Date().toISOString() };
    await openSealedLabels(ledger, entry, () => undefined);
    const configurations = countOpenings(await ledgerOf(out), set.dataset, set.split);
    on({ type: "opening", ...set, reason, configurations, ledger });
  }
  return read();
}

/** Training on images of a known sealed test opens their labels too, whatever their folder calls them. */
export async function enterTraining(
  items: readonly UnlabeledItem[],
  opening: Omit<Opening, "sets">,
): Promise<void> {
  await openSets({ ...opening, sets: await knownSealedSets(items) }, () => undefined);
}

/** Runs whose predictions of the target are sealed still. */
export interface SealedRun {
  folder: string;
  key: string;
}

/**
 * Opens the labels once for all the runs, and writes labelled copies of their predictions. Nothing that was finished is
 * written again.
 */
export async function openLabels(
  target: Target,
  runs: readonly SealedRun[],
  { out, experiment, on }: { out: string; experiment: string; on: OnEvent },
): Promise<void> {
  const names = [target.dataset, backgroundPredictions(target.dataset)];
  const places = runs.flatMap(({ folder }) => names.map((name) => ({ folder, name })));
  const sealed = places.filter(
    ({ folder, name }) =>
      existsSync(sealedPredictionsFile(folder, name)) && !existsSync(predictionsFile(folder, name)),
  );
  if (sealed.length === 0) return;
  const reason = `final figures of ${experiment}, ${runs.length} runs`;
  const opening = { out, sets: target.sealed, keys: runs.map(({ key }) => key), reason, on };
  const labels = await openSets(opening, () => testLabels(target));
  for (const place of sealed) await writeLabelled(place, labels);
}

/** Whether a run's predictions of a labelled target have seen the labels. */
export const isOpened = (folder: string, dataset: string): boolean =>
  existsSync(predictionsFile(folder, dataset));

async function writeLabelled(
  { folder, name }: { folder: string; name: string },
  labels: ReadonlyMap<string, string>,
): Promise<void> {
  const [from, to] = [sealedPredictionsFile(folder, name), predictionsFile(folder, name)];
  await checkFile(folder, await readRun(folder), from);
  await writePredictions(to, withLabels(await readPredictions(from), labels));
  await recordFiles(folder, [to]);
}

async function testLabels({ folder, folders, testSplit, test }: Target): Promise<Map<string, string>> {
  const { items } = await openImageFolder(folder, testSplit, folders);
  const wanted = new Set(test.map((item) => item.id));
  return new Map(items.filter((item) => wanted.has(item.id)).map((item) => [item.id, item.label]));
}
