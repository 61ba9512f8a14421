/** Puts the shards' records together into one annotation file a split. Merging again changes nothing. */
import { join } from "node:path";
import { invalid, note } from "../../src/shared/errors.js";
import { writeAtomic } from "../../src/shared/files.js";
import { type DatasetManifest, datasetManifest } from "../manifest.js";
import { readRecords, type SampleRecord } from "../records.js";
import type { Split } from "../slots.js";
import { type CocoFile, cocoFile } from "./coco.js";

export interface MergeResult {
  out: string;
  images: Record<Split, number>;
  annotations: Record<Split, number>;
}

export const annotationsPath = (dir: string, split: Split): string =>
  join(dir, "annotations", `instances_${split}.json`);

/** Writes `annotations/instances_{train,val}.json`. */
export async function mergeDataset(out: string): Promise<MergeResult> {
  const manifest = await datasetManifest(out);
  const records = [...(await readRecords(out)).values()];
  if (records.length === 0) throw invalid(out, "rendered images to merge", note("none"));
  const result: MergeResult = { out, images: { train: 0, val: 0 }, annotations: { train: 0, val: 0 } };
  for (const split of ["train", "val"] as const) {
    const file = splitAnnotations(manifest, records, split);
    await writeAtomic(annotationsPath(out, split), `${JSON.stringify(file)}\n`);
    result.images[split] = file.images.length;
    result.annotations[split] = file.annotations.length;
  }
  return result;
}

/** A split's annotations, without a date, so that they depend on the images alone. */
export function splitAnnotations(
  { scene, sceneSha256, seed }: DatasetManifest,
  records: readonly SampleRecord[],
  split: Split,
): CocoFile {
  const own = records.filter((record) => record.split === split);
  return cocoFile(own, `antbee scene ${scene} (${sceneSha256.slice(0, 12)}), seed ${seed}, ${split}`);
}
