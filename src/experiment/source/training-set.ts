/**
 * The target where nothing but its labelled training images may be seen: for what is decided with their labels, as an
 * ablation is. The sealed test is not in the type, and its folder is not looked into.
 */
import { imageRoot, openImageFolder } from "../../shared/dataset.js";
import { type DatasetCard, datasetCard } from "../../shared/datasets/index.js";
import { invalid, note } from "../../shared/errors.js";
import type { LabeledItem } from "../../shared/types.js";
import type { CheckedSpec, SceneSource } from "../spec/schema.js";
import { type FolderReading, readable } from "./own-folder.js";
import { knownSealedSets } from "./sealed-set.js";
import { hashItems, hashOfItems } from "./source.js";
import {
  datasetFolder,
  FOLDER_TARGET,
  openStandIn,
  type Target,
  type TargetSearch,
  targetToFetch,
} from "./target.js";

/** The labelled training images of a target. */
export interface TrainingSet
  extends Pick<Target, "dataset" | "kind" | "origin" | "folder" | "classes" | "toRender" | "toFetch"> {
  /** Name of the split that the images are. */
  split: string;
  items: LabeledItem[];
  /** Over the ids and contents of these images. */
  sha256: string;
}

/** @throws bad input where the target has no train split, or one with images of a sealed test */
export async function findTrainingSet(
  { target }: Pick<CheckedSpec, "target">,
  search: TargetSearch,
): Promise<TrainingSet> {
  if ("dir" in target) {
    const reading = { folders: target.classes, skipBad: target.skipBad, on: search.on };
    return ofFolder({ dataset: FOLDER_TARGET, folder: target.dir, split: "train" }, reading);
  }
  const card = datasetCard(target.dataset);
  const folder = await datasetFolder(card, target.fallback, search);
  if (folder) return ofFolder({ dataset: card.name, folder, split: card.trainSplit });
  return target.fallback ? ofStandIn(target.fallback, search) : toFetch(card);
}

interface Place {
  dataset: string;
  folder: string;
  split: string;
}

async function ofFolder(
  { dataset, folder, split }: Place,
  reading: FolderReading = {},
): Promise<TrainingSet> {
  const found = await openImageFolder(imageRoot(folder), split, reading.folders);
  const { classes, items } = await readable(found, reading);
  const [sealed] = await knownSealedSets(items);
  if (sealed)
    throw invalid(
      `${folder}: ${split}`,
      "training images that are in no sealed test",
      note(`some of ${sealed.dataset} ${sealed.split}`),
    );
  const origin = `${items.length} training images of ${dataset}, from ${folder}`;
  const sha256 = await hashItems(items);
  return {
    dataset,
    kind: "real",
    origin,
    folder,
    split,
    classes,
    items,
    sha256,
    toRender: 0,
    toFetch: false,
  };
}

/** Before it is fetched, and without its test. */
function toFetch(card: DatasetCard): TrainingSet {
  const { dataset, kind, folder, classes, train, origin } = targetToFetch(card);
  const hashes = train.map(({ id }) => [id, card.files.get(id)!] as const);
  const sha256 = hashOfItems(hashes);
  return {
    dataset,
    kind,
    folder,
    classes,
    split: card.trainSplit,
    items: train,
    origin,
    sha256,
    toRender: 0,
    toFetch: true,
  };
}

async function ofStandIn(fallback: SceneSource, search: TargetSearch): Promise<TrainingSet> {
  const { plan, toRender, images } = await openStandIn(fallback, search);
  const items = images.train;
  return {
    dataset: "stand-in",
    kind: "stand-in",
    origin: `stand-in target, not real photographs: training renders of ${fallback.scene} in ${plan.folder}`,
    folder: imageRoot(plan.folder),
    split: "train",
    classes: plan.classes,
    items,
    sha256: await hashItems(items),
    toRender,
    toFetch: false,
  };
}
