/** `records/<shard>.jsonl`: one line an image, written after its files; a line is the proof that they are whole. */
import { closeSync, existsSync, statSync } from "node:fs";
import { type FileHandle, open, readdir, truncate } from "node:fs/promises";
import { basename, join } from "node:path";
import { explainSystemError } from "../../src/shared/errors.js";
import { appendJsonLine, parseLine, sha256File } from "../../src/shared/files.js";
import { check } from "../../src/shared/schema.js";
import { archivesIn } from "../../src/shared/webdataset.js";
import type { InstanceLabel } from "../labels/instance-label.js";
import type { CameraLabel } from "../renderer/pinhole.js";
import { FILE_PASSES, type FilePass, isFilePass, type LabelPass } from "../scene/label-passes.js";
import type { ResolvedScene } from "../scene/resolved-scene.js";
import type { Split } from "../scene/slots.js";
import { sampleKey } from "./archive-samples.js";
import {
  findArchivedPlaces,
  findRecordPlaces,
  openFiles,
  type RecordPlace,
  type RecordPlaces,
  readPlace,
} from "./record-places.js";
import { recordSchema } from "./record-schema.js";

/** Everything that is known of one picture of a dataset. */
export interface SampleRecord {
  index: number;
  /** The picture's class. */
  label: string;
  split: Split;
  width: number;
  height: number;
  /** POSIX paths below the dataset's folder. */
  image: string;
  mask: string;
  /** Of the further label files that the dataset has. */
  labels: Partial<Record<FilePass, string>>;
  /** sha256 of each of these files by its path; absent in records from before they were kept. */
  sha256?: Record<string, string>;
  camera: CameraLabel;
  instances: InstanceLabel[];
  /** Every number that the picture was made from. */
  resolved: ResolvedScene;
}

const FOLDER = "records";

export const recordsPath = (dir: string, shard: string) => join(dir, FOLDER, `${shard}.jsonl`);

/** Where an image's files stand: class and split as folders, the index as the name. */
export function samplePaths(
  { index, label, split, image }: ResolvedScene,
  passes: readonly LabelPass[],
): Pick<SampleRecord, "image" | "mask" | "labels"> {
  const place = (folder: string, ending: string) =>
    `${folder}/${split}/${label}/${String(index).padStart(6, "0")}.${ending}`;
  const labels = passes.filter(isFilePass).map((pass) => [pass, place(pass, FILE_PASSES[pass])]);
  return {
    image: place("images", image.format),
    mask: place("masks", "png"),
    labels: Object.fromEntries(labels),
  };
}

/** The records of all shards, by index; where an index was rendered twice, both lines are alike. */
export async function readRecords(dir: string): Promise<Map<number, SampleRecord>> {
  return new Map([...eachPlaced(await recordPlaces(dir))].map((record) => [record.index, record]));
}

/** Where the records of all shards stand: lines of `records/`, or labels in the archives of a WebDataset. */
export async function recordPlaces(dir: string): Promise<RecordPlaces> {
  const archives = await archivesIn(dir);
  if (archives.length > 0) return findArchivedPlaces(archives.map((name) => join(dir, name)));
  return findRecordPlaces(await recordFiles(dir));
}

/**
 * Reads records one by one, in the order of their indices; only those of which `wanted` is true.
 * @param checked false for records that were read and checked before: that takes most of the time
 */
export function* eachPlaced(
  places: RecordPlaces,
  wanted: (place: RecordPlace) => boolean = () => true,
  checked = true,
): Generator<SampleRecord> {
  const open = openFiles(closeSync);
  try {
    for (const place of places) if (wanted(place)) yield recordAt(place, readPlace(place, open), checked);
  } finally {
    open.close();
  }
}

function recordAt({ path, line }: RecordPlace, text: string, checked: boolean): SampleRecord {
  const where = `${path}:${line}`;
  const stored = parseLine(text, where);
  const record = path.endsWith(".tar") ? archivedRecord(basename(path), stored as ArchivedRecord) : stored;
  return (checked ? check(recordSchema, record, where) : record) as SampleRecord;
}

/** As it stands in an archive: its files are known by their endings. */
type ArchivedRecord = Omit<SampleRecord, "image" | "mask" | "labels">;

function archivedRecord(archive: string, stored: ArchivedRecord): SampleRecord {
  const { index, sha256: hashes = {} } = stored;
  const pathOf = (extension: string) => `${archive}/${sampleKey(index)}.${extension}`;
  const extensions = Object.keys(hashes);
  const passes = Object.entries(FILE_PASSES)
    .map(([pass, ending]) => [pass, `${pass}.${ending}`] as const)
    .filter(([, extension]) => extensions.includes(extension));
  return {
    ...stored,
    image: pathOf(extensions.find((extension) => !extension.includes(".")) ?? "jpg"),
    mask: pathOf("mask.png"),
    labels: Object.fromEntries(passes.map(([pass, extension]) => [pass, pathOf(extension)])),
    sha256: Object.fromEntries(extensions.map((extension) => [pathOf(extension), hashes[extension]!])),
  };
}

export const appendRecord = (dir: string, shard: string, record: SampleRecord): Promise<void> =>
  appendJsonLine(recordsPath(dir, shard), record);

/** Those of some indices whose record, image, mask and further labels all stand, as they were written. */
export async function finished(dir: string, wanted: ReadonlySet<number>): Promise<Set<number>> {
  const whole = new Set<number>();
  for (const record of eachPlaced(await recordPlaces(dir), ({ index }) => wanted.has(index)))
    if (await isWhole(dir, record)) whole.add(record.index);
  return whole;
}

/** Files that are cut short, empty or another's are not done, even though their record stands. */
async function isWhole(dir: string, record: SampleRecord): Promise<boolean> {
  for (const path of recordedFiles(record)) {
    const place = join(dir, path);
    if (!statSync(place, { throwIfNoEntry: false })?.size) return false;
    const expected = record.sha256?.[path];
    if (expected !== undefined && (await sha256File(place)) !== expected) return false;
  }
  return true;
}

/** POSIX paths of all the files of a picture. */
export const recordedFiles = ({ image, mask, labels }: Pick<SampleRecord, "image" | "mask" | "labels">) => [
  image,
  mask,
  ...Object.values(labels),
];

/** Cuts off the stump of a line that a full disk or a power cut left, so that the next line starts on its own. */
export async function mendRecords(dir: string, shard: string): Promise<void> {
  const path = recordsPath(dir, shard);
  if (!existsSync(path)) return;
  const size = statSync(path).size;
  const file = await open(path, "r");
  const whole = await endOfLines(file, size).finally(() => file.close());
  if (whole < size) await truncate(path, whole);
}

const TAIL_BYTES = 1 << 16;

/** The place after the last newline, looked for from the end: records may be gigabytes. */
async function endOfLines(file: FileHandle, size: number): Promise<number> {
  for (let end = size; end > 0; end -= TAIL_BYTES) {
    const start = Math.max(0, end - TAIL_BYTES);
    const { buffer } = await file.read({ buffer: Buffer.alloc(end - start), position: start });
    const newline = buffer.lastIndexOf(0x0a);
    if (newline >= 0) return start + newline + 1;
  }
  return 0;
}

async function recordFiles(dir: string): Promise<string[]> {
  const folder = join(dir, FOLDER);
  if (!existsSync(folder)) return [];
  try {
    const names = await readdir(folder);
    return names
      .filter((name) => name.endsWith(".jsonl"))
      .sort()
      .map((name) => join(folder, name));
  } catch (error) {
    throw explainSystemError(folder, error);
  }
}
