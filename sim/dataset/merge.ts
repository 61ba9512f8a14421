/** Puts the shards' records together into one annotation file a split. Merging again changes nothing. */
import { join } from "node:path";
import { invalid, note } from "../../src/shared/errors.js";
import { writeAtomic } from "../../src/shared/files.js";
import { sweepTemporaries } from "../../src/shared/folders.js";
import { SPLITS, type Split } from "../scene/slots.js";
import { type CocoFile, cocoFile } from "./coco.js";
import { classCards, type DatasetManifest, datasetManifest } from "./manifest.js";
import { readRecords, type SampleRecord } from "./records.js";

/** How many images and annotations each split has. */
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
  await sweepTemporaries(out);
  const records = [...(await readRecords(out)).values()];
  if (records.length === 0) throw invalid(out, "rendered images to merge", note("none"));
  const result: MergeResult = { out, images: { train: 0, val: 0 }, annotations: { train: 0, val: 0 } };
  for (const split of SPLITS) {
    const file = splitAnnotations(manifest, records, split);
    await writeAtomic(annotationsPath(out, split), `${JSON.stringify(file)}\n`);
    result.images[split] = file.images.length;
    result.annotations[split] = file.annotations.length;
  }
  return result;
}

/** A split's annotations, without a date, so that they depend on the images alone. */
export function splitAnnotations(
  manifest: DatasetManifest,
  records: readonly SampleRecord[],
  split: Split,
): CocoFile {
  const { scene, sceneSha256, seed } = manifest;
  const own = records.filter((record) => record.split === split);
  return cocoFile(
    own,
    classCards(manifest),
    `antbee scene ${scene} (${sceneSha256.slice(0, 12)}), seed ${seed}, ${split}`,
  );
}
