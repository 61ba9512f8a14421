/** What every exporter is given: a rendered dataset's records, and where their files stand. */
import { basename, extname, join } from "node:path";
import { invalid, note } from "../../src/shared/errors.js";
import { readBytes } from "../../src/shared/files.js";
import type { OnProgress } from "../../src/shared/types.js";
import { type DatasetManifest, datasetManifest } from "../manifest.js";
import { readRecords, type SampleRecord } from "../records.js";
import type { Split } from "../slots.js";

export const SPLITS: readonly Split[] = ["train", "val"];

export interface ExportSource {
  dir: string;
  manifest: DatasetManifest;
  /** By index. */
  records: SampleRecord[];
  onProgress?: OnProgress;
}

/** @throws bad input where the folder is no rendered dataset, or an empty one */
export async function openSource(dir: string, onProgress?: OnProgress): Promise<ExportSource> {
  const manifest = await datasetManifest(dir);
  const records = [...(await readRecords(dir)).values()];
  if (records.length === 0) throw invalid(dir, "rendered images", note("none"));
  return { dir, manifest, records, onProgress };
}

/** Calls `work` for one record after the other, and tells how far it came. */
export async function eachRecord(
  { records, onProgress }: ExportSource,
  work: (record: SampleRecord) => Promise<void>,
): Promise<void> {
  for (const [i, record] of records.entries()) {
    await work(record);
    onProgress?.(i + 1, records.length);
  }
}

export const imageBytes = ({ dir }: ExportSource, { image }: SampleRecord): Promise<Buffer> =>
  readBytes(join(dir, image));

/** The image's number and ending, such as 000012 and .jpg; numbers are unique in a dataset. */
export function nameOf({ image }: SampleRecord): { name: string; ending: string } {
  const ending = extname(image);
  return { name: basename(image, ending), ending };
}
