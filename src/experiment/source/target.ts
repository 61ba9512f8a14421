/** The target domain: the real set where it can be had, a folder of one's own, or the simulated stand-in. */
import { join } from "node:path";
import type { DuplicateReport } from "../../../eval/images/duplicate-report.js";
import type { Extensions } from "../../../sim/renderer/extensions.js";
import type { LeftOut } from "../../shared/damaged.js";
import {
  type ClassFolders,
  describePassedOver,
  hasClassFolders,
  imageRoot,
  openImageFolder,
  withoutLabels,
} from "../../shared/dataset.js";
import { type DatasetCard, datasetCard } from "../../shared/datasets/index.js";
import { AntbeeError, invalid, note } from "../../shared/errors.js";
import { downloadDataset } from "../../shared/fetch.js";
import { findDatasetFolder } from "../../shared/roots.js";
import type { LabeledItem, UnlabeledItem } from "../../shared/types.js";
import { type OnEvent, progressOf } from "../spec/events.js";
import type { CheckedSpec, SceneSource } from "../spec/schema.js";
import { readable, splitOrWhole } from "./own-folder.js";
import { type SealedSet, sealedSets } from "./sealed-set.js";
import { hashItems, hashOfItems, missingRenders, planScene } from "./source.js";
import { readSplitRecord } from "./split-record.js";

export interface Target {
  dataset: string;
  kind: "real" | "stand-in";
  /** One clause for people: what it is and where it was found. */
  origin: string;
  folder: string;
  /** Split of the sealed test; undefined where the folder has none. */
  testSplit: string | undefined;
  /** Hash over the ids and contents of every image. */
  sha256: string;
  classes: string[];
  train: LabeledItem[];
  /** The sealed test: its labels are not here, `openSealedTest` opens them. */
  test: UnlabeledItem[];
  labelled: boolean;
  /** The folder of each class, where they have other names. */
  folders?: ClassFolders;
  /** Images that could not be read; none where such are refused. */
  leftOut?: LeftOut[];
  /** What `antbee data split` found of these very images. */
  duplicates?: DuplicateReport;
  /** The names under which the ledger counts openings of the test; none without labels. */
  sealed: SealedSet[];
  /** Images of a stand-in that a plan leaves to be rendered; 0 for a target that is there. */
  toRender: number;
  /** Whether a plan leaves it to be fetched: its images are known by their names and hashes alone. */
  toFetch: boolean;
}

/** What a target of the user's own is called in files and reports. */
export const FOLDER_TARGET = "folder";

/** The stand-in is one fixed domain, as a real set is, whatever the seeds of the source. */
const STAND_IN_SEED = 0;

/** The stand-in's images: none where a plan leaves them to be rendered, `toRender` of them. */
export async function openStandIn(fallback: SceneSource, { out, extensions, purpose, on }: TargetSearch) {
  const plan = await planScene(fallback, STAND_IN_SEED, { out, extensions });
  const toRender = purpose === "plan" ? await missingRenders(plan) : 0;
  const nothing = { train: [], val: [], classes: plan.classes };
  return { plan, toRender, images: toRender > 0 ? nothing : await plan.open(on) };
}

export interface TargetSearch {
  /** Folder of a stand-in's renders. */
  out: string;
  /** Subjects and surroundings of one's own that a stand-in's scene names. */
  extensions?: Extensions;
  /** For a plan, a stand-in that is not rendered yet is counted, not rendered. */
  purpose: "run" | "plan";
  on: OnEvent;
}

export async function findTarget(
  { target }: Pick<CheckedSpec, "target">,
  search: TargetSearch,
): Promise<Target> {
  if ("dir" in target) return toldOf(await folderTarget(target, search.on), search.on);
  const card = datasetCard(target.dataset);
  const folder = await datasetFolder(card, target.fallback, search);
  if (folder) return toldOf(await realTarget(card, folder), search.on);
  return target.fallback ? standInTarget(target.fallback, search) : targetToFetch(card);
}

/** Says what of the target's folders is no image. */
async function toldOf(target: Target, on: OnEvent): Promise<Target> {
  const { folder, folders, train, testSplit } = target;
  for (const split of new Set([train[0]?.split ?? testSplit, testSplit])) {
    const text = await describePassedOver(folder, split, folders);
    if (text) on({ type: "note", text });
  }
  return target;
}

/**
 * The folder of a dataset, downloaded by a run where it is not here; undefined where a plan leaves that, or where it cannot
 * be had and a stand-in is at hand.
 */
export async function datasetFolder(
  card: DatasetCard,
  fallback: SceneSource | undefined,
  { purpose, on }: Pick<TargetSearch, "purpose" | "on">,
): Promise<string | undefined> {
  const here = findDatasetFolder(card.folder);
  if (here || purpose === "run") return here ?? fetchOrFallBack(card, fallback, on);
  const planned = fallback
    ? `; planned is what stands in for it where it cannot be had, ${fallback.scene}`
    : "";
  on({ type: "note", text: `${card.name} is not here: a run fetches it from ${card.url}${planned}.` });
  return undefined;
}

async function fetchOrFallBack(
  card: DatasetCard,
  fallback: SceneSource | undefined,
  on: OnEvent,
): Promise<string | undefined> {
  try {
    return await downloadDataset(card, progressOf(on, `fetching ${card.name} (bytes)`));
  } catch (error) {
    if (!fallback || !(error instanceof AntbeeError)) throw error;
    on({
      type: "note",
      text: `The real target set cannot be had (${error.message}): a held-out simulated domain, ${fallback.scene}, stands in for it.`,
    });
    return undefined;
  }
}

async function realTarget(card: DatasetCard, folder: string): Promise<Target> {
  const splits = [card.trainSplit, card.testSplit].map((split) => openImageFolder(folder, split));
  const [train, test] = await Promise.all(splits);
  return {
    dataset: card.name,
    kind: "real",
    origin: `real photographs, ${card.title}, from ${folder}`,
    folder,
    testSplit: card.testSplit,
    sha256: await hashItems([...train!.items, ...test!.items]),
    classes: train!.classes,
    train: train!.items,
    test: withoutLabels(test!.items),
    labelled: true,
    sealed: [{ dataset: card.name, split: card.testSplit }],
    toRender: 0,
    toFetch: false,
  };
}

/** A known set before it is fetched: its card knows every image. */
export function targetToFetch(card: DatasetCard): Target {
  const items = [...card.files.keys()].map((id): LabeledItem => {
    const [split, label] = id.split("/") as [string, string];
    return { id, path: id, split, label };
  });
  const of = (split: string) => items.filter((item) => item.split === split);
  return {
    dataset: card.name,
    kind: "real",
    origin: `real photographs, ${card.title}, to be fetched from ${card.url}`,
    folder: card.folder,
    testSplit: card.testSplit,
    sha256: hashOfItems(card.files),
    classes: [...new Set(items.map(({ label }) => label))].sort(),
    train: of(card.trainSplit),
    test: withoutLabels(of(card.testSplit)),
    labelled: true,
    sealed: [{ dataset: card.name, split: card.testSplit }],
    toRender: 0,
    toFetch: true,
  };
}

async function standInTarget(fallback: SceneSource, search: TargetSearch): Promise<Target> {
  const { plan, toRender, images } = await openStandIn(fallback, search);
  const { train, val, classes } = images;
  return {
    dataset: "stand-in",
    kind: "stand-in",
    origin: `stand-in target, not real photographs: renders of ${fallback.scene} in ${plan.folder}`,
    folder: imageRoot(plan.folder),
    testSplit: "val",
    sha256: await hashItems([...train, ...val]),
    classes,
    train,
    test: withoutLabels(val),
    labelled: true,
    sealed: [{ dataset: "stand-in", split: "val" }],
    toRender,
    toFetch: false,
  };
}

/** A folder of one's own: `train` and `val` class folders, class folders directly (test only), or flat (no labels). */
async function folderTarget({ dir, classes: folders, skipBad }: FolderSpec, on: OnEvent): Promise<Target> {
  const reading = { folders, skipBad, on };
  const whole = await splitOrWhole(dir, "val", reading);
  const hasTrain = await hasClassFolders(dir, "train");
  const train = hasTrain ? await readable(await openImageFolder(dir, "train", folders), reading) : undefined;
  const trainItems = train?.items ?? [];
  const leftOut = [...(train?.leftOut ?? []), ...whole.leftOut];
  return {
    dataset: FOLDER_TARGET,
    kind: "real",
    origin: `${whole.items.length} test and ${trainItems.length} training images from ${dir}`,
    folder: dir,
    testSplit: whole.split,
    sha256: await hashItems([...trainItems, ...whole.items]),
    classes: whole.classes,
    train: trainItems,
    test: withoutLabels(whole.items),
    labelled: whole.labelled,
    folders,
    ...(leftOut.length > 0 ? { leftOut } : {}),
    ...(await foundBySplit(dir, [...trainItems, ...whole.items])),
    sealed: whole.labelled ? await sealedSets(whole.items, whole.split) : [],
    toRender: 0,
    toFetch: false,
  };
}

/** What the split found, where no image came after it. */
async function foundBySplit(
  dir: string,
  items: readonly UnlabeledItem[],
): Promise<Pick<Target, "duplicates">> {
  const record = await readSplitRecord(dir);
  if (!record) return {};
  const { train, test, duplicates } = record;
  const compared = new Set([...train.map((id) => `train/${id}`), ...test.map((id) => `val/${id}`)]);
  return items.every(({ id }) => compared.has(id)) ? { duplicates } : {};
}

type FolderSpec = Extract<CheckedSpec["target"], { dir: string }>;

/** Refuses a target whose classes are not the source's; a flat folder names none. */
export function checkClasses(target: Target, classes: readonly string[]): void {
  if (target.labelled && target.classes.join() !== classes.join())
    throw invalid(
      join(target.folder, target.testSplit ?? ""),
      `the classes ${classes.join(", ")}`,
      note(
        `${target.classes.join(", ")} (a target's \`classes: {${classes[0]}: FOLDER}\` maps folder names)`,
      ),
    );
}
