/** Folders of images as datasets of the library. */
import { basename, join, resolve } from "node:path";
import { hasClassFolders, imageRoot, openFlatFolder, openImageFolder } from "../../src/shared/dataset.js";
import {
  type ImageOptions,
  type LabeledImages,
  labeledImages,
  type UnlabeledImages,
  unlabeledImages,
  withoutLabels,
} from "./images.js";

/** Which part of a folder is opened, and how. */
export interface DatasetOptions extends ImageOptions {
  /** The split below the folder; its own class folders, or its flat files, where left out. */
  split?: string;
  /** False opens images without their labels, and flat folders. */
  labels?: boolean;
}

/**
 * Opens a folder: a rendered dataset, an ImageFolder (`DIR/<split>/<class>/`, or `DIR/<class>/`) or, without labels, a
 * flat one. Activations are computed when a model first looks at them.
 * @throws bad input where there is no such folder, or no image in it
 */
export function openDataset(
  dir: string,
  options: DatasetOptions & { labels: false },
): Promise<UnlabeledImages>;
export function openDataset(
  dir: string,
  options?: DatasetOptions & { labels?: true },
): Promise<LabeledImages>;
export async function openDataset(
  dir: string,
  { split, labels = true, ...options }: DatasetOptions = {},
): Promise<UnlabeledImages> {
  const root = imageRoot(dir);
  const named = { name: basename(resolve(dir)), ...options };
  if (labels || (await hasClassFolders(root, split))) {
    const { items } = await openImageFolder(root, split);
    const images = labeledImages(items, named);
    return labels ? images : withoutLabels(images);
  }
  return unlabeledImages(await openFlatFolder(split === undefined ? root : join(root, split)), named);
}
