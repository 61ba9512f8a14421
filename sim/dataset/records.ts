/** `records/<shard>.jsonl`: one line an image, written after its files; a line is the proof that they are whole. */
import { existsSync } from "node:fs";
import { readdir, readFile, truncate } from "node:fs/promises";
import { join } from "node:path";
import { explainSystemError } from "../../src/shared/errors.js";
import { appendJsonLine, readJsonLines } from "../../src/shared/files.js";
import type { InstanceLabel } from "../labels/instance-label.js";
import type { CameraLabel } from "../renderer/pinhole.js";
import { FILE_PASSES, type FilePass, isFilePass, type LabelPass } from "../scene/label-passes.js";
import type { ResolvedScene } from "../scene/resolved-scene.js";
import type { Split } from "../scene/slots.js";

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
  const records = new Map<number, SampleRecord>();
  for (const path of await recordFiles(dir))
    for (const record of await readJsonLines<SampleRecord>(path)) records.set(record.index, record);
  return new Map([...records].sort(([a], [b]) => a - b));
}

export const appendRecord = (dir: string, shard: string, record: SampleRecord): Promise<void> =>
  appendJsonLine(recordsPath(dir, shard), record);

/** The indices whose record, image, mask and further labels all stand. */
export function finished(dir: string, records: Map<number, SampleRecord>): Set<number> {
  const whole = [...records.values()].filter(({ image, mask, labels = {} }) =>
    [image, mask, ...Object.values(labels)].every((path) => existsSync(join(dir, path))),
  );
  return new Set(whole.map((record) => record.index));
}

/** Cuts off the stump of a line that a full disk or a power cut left, so that the next line starts on its own. */
export async function mendRecords(dir: string, shard: string): Promise<void> {
  const path = recordsPath(dir, shard);
  if (!existsSync(path)) return;
  const bytes = await readFile(path);
  const end = bytes.lastIndexOf(0x0a) + 1;
  if (end < bytes.length) await truncate(path, end);
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
