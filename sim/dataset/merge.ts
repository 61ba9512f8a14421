/** Puts the shards' records together into one annotation file a split. Merging again changes nothing. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { inBlocks } from "../../src/shared/blocks.js";
import { failed, invalid, note } from "../../src/shared/errors.js";
import { writeAtomic } from "../../src/shared/files.js";
import { patiently } from "../../src/shared/units/patience.js";
import { SPLITS, type Split } from "../scene/slots.js";
import { sweepLeftovers } from "./archive-parts.js";
import { type CocoCounts, type CocoSource, cocoText } from "./coco.js";
import { classCards, type DatasetManifest, datasetManifest, MANIFEST_FILE } from "./manifest.js";
import type { RecordPlaces } from "./record-places.js";
import { eachPlaced, recordPlaces } from "./records.js";
import { readShardPlan, SHARD_PLAN } from "./shard-plan.js";
import { describeMissing, statusOf } from "./shard-status.js";

/** How many images and annotations each split has. */
export interface MergeResult {
  out: string;
  images: Record<Split, number>;
  annotations: Record<Split, number>;
}

export const annotationsPath = (dir: string, split: Split): string =>
  join(dir, "annotations", `instances_${split}.json`);

/** How a merge goes about shards that are not done. */
export interface MergeOptions {
  /** Seconds to wait for them, and for what other machines wrote to be seen here; 0 where left out. */
  wait?: number;
}

/**
 * Writes `annotations/instances_{train,val}.json`. Records are read one by one, so that memory hardly grows with them.
 * @throws a failure that names the shards that are missing, where the folder was rendered in shards
 */
export async function mergeDataset(out: string, { wait = 0 }: MergeOptions = {}): Promise<MergeResult> {
  if (wait > 0) await begun(out, wait);
  const manifest = await datasetManifest(out);
  const places = await wholePlaces(out, manifest, wait);
  await sweepLeftovers(out);
  if (places.count === 0) throw invalid(out, "rendered images to merge", note("none"));
  const result: MergeResult = { out, images: { train: 0, val: 0 }, annotations: { train: 0, val: 0 } };
  for (const split of SPLITS) {
    const counts = { images: 0, annotations: 0 };
    const records = (again: boolean) => eachPlaced(places, (place) => place.split === split, !again);
    await writeAtomic(annotationsPath(out, split), splitAnnotations(manifest, records, split, counts));
    result.images[split] = counts.images;
    result.annotations[split] = counts.annotations;
  }
  return result;
}

/** Waits for the first shard to mark the folder: engines may start the merge before it. */
async function begun(out: string, wait: number): Promise<void> {
  const marks = [MANIFEST_FILE, SHARD_PLAN].map((name) => join(out, name));
  await patiently(wait, async () => (marks.every((path) => existsSync(path)) ? true : undefined));
}

async function wholePlaces(out: string, manifest: DatasetManifest, wait: number): Promise<RecordPlaces> {
  let missing: string | undefined;
  const found = await patiently(wait, async () => {
    const places = await recordPlaces(out);
    const plan = await readShardPlan(out);
    missing = plan && describeMissing(await statusOf(out, manifest, plan, places));
    return missing === undefined ? places : undefined;
  });
  if (!found) throw failed(out, `nothing is merged before every shard is done: ${missing}`);
  return found;
}

/** The text of a split's annotations in blocks, without a date, so that it depends on the images alone. */
export function splitAnnotations(
  manifest: DatasetManifest,
  records: CocoSource["records"],
  split: Split,
  counts?: CocoCounts,
): AsyncIterable<string> {
  const { scene, sceneSha256, seed } = manifest;
  const description = `antbee scene ${scene} (${sceneSha256.slice(0, 12)}), seed ${seed}, ${split}`;
  return inBlocks(cocoText({ records, cards: classCards(manifest), description }, counts));
}
