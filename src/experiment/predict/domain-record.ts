/** What a run keeps of the images that it was asked about, so that a report needs no model and no second look. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { type ImageStatistics, imageStatistics } from "../../../eval/images/image-statistics.js";
import { sortedRows } from "../../../eval/predictions/outcomes.js";
import { readJson, writeJson } from "../../shared/files.js";
import { decodeImage, evaluationView, type Preprocessing } from "../../shared/image.js";
import type { UnlabeledItem } from "../../shared/types.js";

/** `domains/<dataset>.json` of a run. */
export interface DomainRecord {
  /** Folder that the ids are relative to. */
  root: string;
  /** How the network saw the images; heat maps lie over that view. */
  preprocessing: Preprocessing;
  /** Sorted by id. */
  images: ({ id: string } & ImageStatistics)[];
}

const domainFile = (folder: string, dataset: string): string => join(folder, "domains", `${dataset}.json`);

/** Measures a domain's images, once for all the runs of a process. */
export async function writeDomain(
  folder: string,
  dataset: string,
  items: readonly UnlabeledItem[],
  preprocessing: Preprocessing,
): Promise<void> {
  const known = measured.get(items) ?? measure(items, preprocessing);
  measured.set(items, known);
  const images = await known;
  const { id, path } = items[0]!;
  const root = resolve(path).slice(0, -id.length - 1);
  await writeJson(domainFile(folder, dataset), { root, preprocessing, images } satisfies DomainRecord);
}

/** A run's record of a domain; undefined for a run that kept none. */
export async function readDomain(folder: string, dataset: string): Promise<DomainRecord | undefined> {
  const path = domainFile(folder, dataset);
  return existsSync(path) ? readJson<DomainRecord>(path) : undefined;
}

const measured = new WeakMap<readonly UnlabeledItem[], Promise<DomainRecord["images"]>>();

async function measure(
  items: readonly UnlabeledItem[],
  preprocessing: Preprocessing,
): Promise<DomainRecord["images"]> {
  const images: DomainRecord["images"] = [];
  const { size } = preprocessing;
  for (const { id, path } of sortedRows(items)) {
    const data = await evaluationView(await decodeImage(path), preprocessing);
    images.push({ id, ...imageStatistics({ data, width: size, height: size }) });
  }
  return images;
}
