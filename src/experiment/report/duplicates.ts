/** Duplicates within a dataset, between its splits and between domains; kept beside runs so that reports repeat them. */
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { loadBackbone } from "../../../adapt/backbones/load.js";
import { withHead } from "../../../adapt/backbones/model.js";
import { useBackend } from "../../../adapt/backend/backend.js";
import { unlabeledImages } from "../../../adapt/images/images.js";
import { pooledFeatures } from "../../../adapt/inference/predict.js";
import {
  type CheckedItem,
  type DuplicateReport,
  duplicateReport,
  duplicateReportSchema,
} from "../../../eval/images/duplicate-report.js";
import { type Duplicates, findDuplicates } from "../../../eval/images/duplicates.js";
import type { Features } from "../../../eval/statistics/features.js";
import { hasClassFolders, imageRoot, openFlatFolder, openImageFolder } from "../../shared/dataset.js";
import type { DatasetCard } from "../../shared/datasets/index.js";
import { writeJson } from "../../shared/files.js";
import { readCheckedJson } from "../../shared/schema.js";
import type { UnlabeledItem } from "../../shared/types.js";
import { type OnEvent, progressOf, silent } from "../spec/events.js";

/** The cosine that calls a pair near was measured on this one's features. */
const BACKBONE = "tf_mobilenet_v2";

export interface CheckedDataset {
  name: string;
  folder: string;
  /** Of a known dataset: its splits. */
  card?: DatasetCard;
}

/** Compares every image of a dataset with every other, and with those of another domain where one is given. */
export async function checkDuplicates(
  { name, folder, card }: CheckedDataset,
  otherDomain?: string,
  on: OnEvent = silent,
): Promise<DuplicateReport> {
  const own = await everyImage(folder, card);
  const others = otherDomain ? await everyImage(imageRoot(otherDomain)) : [];
  const items: CheckedItem[] = [
    ...own.map((item) => ({ ...item, domain: name })),
    ...others.map((item) => ({
      ...item,
      id: `${basename(otherDomain!)}: ${item.id}`,
      domain: "other",
    })),
  ];
  const { duplicates, backbone } = await compareImages(items, on);
  return duplicateReport(name, items, duplicates, backbone);
}

/** Every image against every other, by features too where the backbone for them can be had. */
export async function compareImages(
  items: readonly UnlabeledItem[],
  on: OnEvent = silent,
): Promise<{ duplicates: Duplicates; backbone: string | null }> {
  const features = await featuresOf(items, on);
  const duplicates = await findDuplicates(items, progressOf(on, "comparing"), features);
  return { duplicates, backbone: features ? BACKBONE : null };
}

/** Class folders of every split, class folders alone, or a flat folder. */
async function everyImage(folder: string, card?: DatasetCard): Promise<UnlabeledItem[]> {
  const named = card ? [card.trainSplit, card.testSplit] : ["train", "val"];
  const splits: string[] = [];
  for (const split of named) if (await hasClassFolders(folder, split)) splits.push(split);
  if (splits.length === 0)
    return (await hasClassFolders(folder)) ? (await openImageFolder(folder)).items : openFlatFolder(folder);
  return (await Promise.all(splits.map((split) => openImageFolder(folder, split)))).flatMap((of) => of.items);
}

/** Pooled features, or undefined where the backbone's weights cannot be had. */
async function featuresOf(items: readonly UnlabeledItem[], on: OnEvent): Promise<Features | undefined> {
  await useBackend();
  const backbone = await loadBackbone(BACKBONE).catch((error: Error) => {
    on({ type: "note", text: `Without features, only nearly equal pixels are found: ${error.message}` });
  });
  if (!backbone) return undefined;
  const images = unlabeledImages(items, { progress: () => progressOf(on, "features") });
  const rows = await pooledFeatures(withHead(backbone, ["any"]), images);
  const columns = backbone.card.featureWidth;
  const data = new Float32Array(rows.length * columns);
  for (const [i, row] of rows.entries()) data.set(row, i * columns);
  return { rows: rows.length, columns, data };
}

const duplicatesFile = (out: string, dataset: string): string => join(out, `duplicates-${dataset}.json`);

/** Keeps what was found beside runs, for their reports. @param out the folder of the runs */
export async function writeDuplicates(out: string, report: DuplicateReport): Promise<string> {
  const path = duplicatesFile(out, report.dataset);
  await readDuplicates(out, report.dataset); // what stands there has to be such a report
  await writeJson(path, report);
  return path;
}

export async function readDuplicates(out: string, dataset: string): Promise<DuplicateReport | undefined> {
  const path = duplicatesFile(out, dataset);
  return existsSync(path) ? readCheckedJson(duplicateReportSchema, path) : undefined;
}
