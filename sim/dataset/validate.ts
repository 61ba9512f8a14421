/** Checks of a rendered dataset against itself: files against records, masks against boxes against counts. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { sha256File, sha256Parts } from "../../src/shared/files.js";
import { decodeImage, type RgbImage } from "../../src/shared/image.js";
import { openImage, readImageFile } from "../../src/shared/image-file.js";
import { isFileAt } from "../../src/shared/tar-members.js";
import type { OnProgress, UnlabeledItem } from "../../src/shared/types.js";
import { SPLITS } from "../scene/slots.js";
import { doubledKeys } from "./doubled-keys.js";
import { labelFaults } from "./label-faults.js";
import { type DatasetManifest, datasetManifest } from "./manifest.js";
import { annotationsPath, splitAnnotations } from "./merge.js";
import { recordedFiles, type SampleRecord } from "./records.js";
import { openRendered } from "./source.js";

/** Something wrong, and where. */
export interface Fault {
  /** POSIX path below the dataset's folder. */
  path: string;
  what: string;
}

/** What was checked, and every fault that was found. */
export interface Validation {
  images: number;
  instances: number;
  faults: Fault[];
}

/** Standard deviation of all levels below which a picture shows nothing. */
const BLANK = 3;
/** Least share of a class in a split of at least so many images, as a multiple of its fair share. */
const BALANCE = { ofFair: 0.8, images: 24 } as const;

/** Pictures with the same bytes, and pairs that look alike, such as antbee/eval finds them. */
export type FindDuplicates = (
  items: readonly UnlabeledItem[],
  onProgress?: OnProgress,
) => Promise<{
  exact: readonly { items: readonly UnlabeledItem[] }[];
  /** By the bits in which two 64-bit hashes differ, and the correlation of two thumbnails. */
  near: readonly { a: UnlabeledItem; b: UnlabeledItem; distance: number; correlation: number }[];
}>;

/** What is checked beyond each picture by itself. */
export interface ValidateOptions {
  /** Where absent, frames are not compared with one another. */
  findDuplicates?: FindDuplicates;
  /** Counts checked, then compared pictures: each counts twice where duplicates are looked for. */
  onProgress?: OnProgress;
}

/**
 * Checks files against records, masks against boxes and counts, bounds, visibility, keys in archives, balance, and
 * merged annotations.
 * @throws bad input where the folder is no rendered dataset, or an empty one
 */
export async function validateDataset(
  dir: string,
  { findDuplicates, onProgress }: ValidateOptions = {},
): Promise<Validation> {
  const manifest = await datasetManifest(dir);
  const { records } = await openRendered(dir);
  const faults: Fault[] = [];
  const total = records.length * (findDuplicates ? 2 : 1);
  for (const [i, record] of records.entries()) {
    for (const what of await recordFaults(dir, record)) faults.push({ path: record.image, what });
    onProgress?.(i + 1, total);
  }
  const instances = records.reduce((sum, record) => sum + record.instances.length, 0);
  faults.push(
    ...(await doubledKeys(dir)),
    ...balanceFaults(records, manifest.classes),
    ...(await annotationFaults(dir, manifest, records)),
  );
  if (findDuplicates) {
    const compared = (done: number) => onProgress?.(records.length + done, total);
    faults.push(...(await duplicateFaults(dir, records, findDuplicates, compared)));
  }
  return { images: records.length, instances, faults };
}

async function recordFaults(dir: string, record: SampleRecord): Promise<string[]> {
  const { image, mask } = record;
  const missing = recordedFiles(record).filter((path) => !isFileAt(join(dir, path)));
  if (missing.length) return missing.map((path) => `${path} is missing`);
  try {
    const picture = await decodeImage(join(dir, image));
    const ids = await readMask(join(dir, mask));
    return [...pictureFaults(picture, record), ...labelFaults(record, ids)];
  } catch (error) {
    return [`cannot be read (${(error as Error).message.split("\n")[0]})`];
  }
}

interface Mask {
  ids: Uint8Array;
  width: number;
  height: number;
}

async function readMask(path: string): Promise<Mask> {
  const { data, info } = await openImage(await readImageFile(path))
    .extractChannel(0)
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { ids: data, width: info.width, height: info.height };
}

function pictureFaults({ data, width, height }: RgbImage, record: SampleRecord): string[] {
  const faults: string[] = [];
  if (width !== record.width || height !== record.height)
    faults.push(`is ${width}x${height}, its record says ${record.width}x${record.height}`);
  const mean = data.reduce((sum, level) => sum + level, 0) / data.length;
  const spread = Math.sqrt(data.reduce((sum, level) => sum + (level - mean) ** 2, 0) / data.length);
  if (spread < BLANK) faults.push(`is blank: its levels spread by ${spread.toFixed(1)} of 255`);
  return faults;
}

function balanceFaults(records: readonly SampleRecord[], classes: readonly string[]): Fault[] {
  return SPLITS.flatMap((split) => {
    const own = records.filter((record) => record.split === split);
    if (own.length < BALANCE.images) return [];
    return classes.flatMap((label) => {
      const share = own.filter((record) => record.label === label).length / own.length;
      if (share >= BALANCE.ofFair / classes.length) return [];
      return [{ path: `images/${split}/${label}`, what: `holds ${(100 * share).toFixed(0)} % of its split` }];
    });
  });
}

/** Annotations that were merged must say what the records say now. */
async function annotationFaults(
  dir: string,
  manifest: DatasetManifest,
  records: readonly SampleRecord[],
): Promise<Fault[]> {
  const faults: Fault[] = [];
  for (const split of SPLITS) {
    const path = annotationsPath(dir, split);
    if (!existsSync(path)) continue;
    const own = records.filter((record) => record.split === split);
    const expected = await sha256Parts(splitAnnotations(manifest, () => own, split));
    if ((await sha256File(path)) !== expected)
      faults.push({
        path: `annotations/instances_${split}.json`,
        what: "differs from the records (antbee render --merge --out DIR writes it anew)",
      });
  }
  return faults;
}

/** Two frames of a random scene are never this alike: most bits of their hashes and nearly all of their thumbnails. */
const ALIKE = { bits: 4, correlation: 0.985 } as const;

async function duplicateFaults(
  dir: string,
  records: readonly SampleRecord[],
  findDuplicates: FindDuplicates,
  onProgress: OnProgress,
): Promise<Fault[]> {
  const items = records.map(({ image, split }) => ({ id: image, path: join(dir, image), split }));
  const { exact, near } = await findDuplicates(items, onProgress);
  const alike = near.filter((pair) => pair.distance <= ALIKE.bits && pair.correlation >= ALIKE.correlation);
  return [
    ...exact.map(({ items: [one, ...others] }) => ({
      path: one!.id,
      what: `has the same bytes as ${others.map(({ id }) => id).join(", ")}`,
    })),
    ...alike.map(({ a, b, correlation }) => ({
      path: b.id,
      what: `is nearly the same frame as ${a.id} (correlation ${correlation.toFixed(3)})`,
    })),
  ];
}
