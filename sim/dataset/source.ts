/** A rendered dataset that is read: its records, and where their files stand. */
import { basename, extname, join } from "node:path";
import { invalid, note } from "../../src/shared/errors.js";
import { readBytes } from "../../src/shared/files.js";
import type { OnProgress } from "../../src/shared/types.js";
import { type DatasetManifest, datasetManifest } from "./manifest.js";
import { readRecords, type SampleRecord } from "./records.js";

export interface RenderedDataset {
  dir: string;
  manifest: DatasetManifest;
  /** By index. */
  records: SampleRecord[];
  onProgress?: OnProgress;
}

/** @throws bad input where the folder is no rendered dataset, or an empty one */
export async function openRendered(dir: string, onProgress?: OnProgress): Promise<RenderedDataset> {
  const manifest = await datasetManifest(dir);
  const records = [...(await readRecords(dir)).values()];
  if (records.length === 0) throw invalid(dir, "rendered images", note("none"));
  const odd = records.find(({ label }) => !manifest.classes.includes(label));
  if (odd) throw invalid(`${dir}: ${odd.image}`, `one of ${manifest.classes.join(", ")}`, odd.label);
  return { dir, manifest, records, onProgress };
}

/** Calls `work` for one record after the other, and tells how far it came. */
export async function eachRecord(
  { records, onProgress }: RenderedDataset,
  work: (record: SampleRecord) => Promise<void>,
): Promise<void> {
  for (const [i, record] of records.entries()) {
    await work(record);
    onProgress?.(i + 1, records.length);
  }
}

export const imageBytes = ({ dir }: RenderedDataset, { image }: SampleRecord): Promise<Buffer> =>
  readBytes(join(dir, image));

/** The image's number and ending, such as 000012 and .jpg; numbers are unique in a dataset. */
export function nameOf({ image }: SampleRecord): { name: string; ending: string } {
  const ending = extname(image);
  return { name: basename(image, ending), ending };
}
