/** Puts the shards' records together into one annotation file a split. Merging again changes nothing. */
import { join } from "node:path";
import { invalid, note } from "../../src/shared/errors.js";
import { writeAtomic } from "../../src/shared/files.js";
import { datasetManifest } from "../manifest.js";
import { readRecords } from "../records.js";
import type { Split } from "../slots.js";
import { cocoFile } from "./coco.js";

export interface MergeResult {
  out: string;
  images: Record<Split, number>;
  annotations: Record<Split, number>;
}

/** Writes `annotations/instances_{train,val}.json`. */
export async function mergeDataset(out: string): Promise<MergeResult> {
  const { scene, sceneSha256, seed } = await datasetManifest(out);
  const records = [...(await readRecords(out)).values()];
  if (records.length === 0) throw invalid(out, "rendered images to merge", note("none"));
  const result: MergeResult = { out, images: { train: 0, val: 0 }, annotations: { train: 0, val: 0 } };
  for (const split of ["train", "val"] as const) {
    const description = `antbee scene ${scene} (${sceneSha256.slice(0, 12)}), seed ${seed}, ${split}`;
    const file = cocoFile(
      records.filter((record) => record.split === split),
      description,
    );
    await writeAtomic(join(out, "annotations", `instances_${split}.json`), `${JSON.stringify(file)}\n`);
    result.images[split] = file.images.length;
    result.annotations[split] = file.annotations.length;
  }
  return result;
}
