/** ImageFolder datasets: `root/split/class/file`, or class folders directly; labels come from the folders' names. */
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { explainSystemError, invalid, note } from "./errors.js";
import type { LabeledItem, UnlabeledItem } from "./types.js";

/** The files a loader of the set reads; a `.gif` ("image not found") in the hymenoptera set is none of them. */
const IMAGE_FILE = /\.(jpe?g|png)$/i;
/** Split name of a dataset whose class folders stand directly in its root. */
const NO_SPLIT = "all";

export interface ImageFolder {
  root: string;
  name: string;
  /** In sorted order. */
  classes: string[];
  /** Sorted by id. */
  items: LabeledItem[];
}

/**
 * Opens the class folders of `root/split`, or of `root` itself where no split is given.
 * @throws bad input where there is no such folder, no class folder, or a class folder without images
 */
export async function openImageFolder(root: string, split?: string): Promise<ImageFolder> {
  const folder = split ? join(root, split) : root;
  const classes = await subfolders(folder);
  if (classes.length === 0) throw invalid(folder, "class folders with images", note("none"));
  const items: LabeledItem[] = [];
  for (const label of classes) items.push(...(await classItems(root, split, label)));
  return { root, name: basename(root), classes, items: items.sort(byId) };
}

/** Where a dataset's splits begin: a rendered dataset keeps them below `images/`, others in their root. */
export function imageRoot(folder: string): string {
  const images = join(folder, "images");
  return existsSync(images) ? images : folder;
}

/** The images of a flat folder, which have no labels. */
export async function openFlatFolder(root: string): Promise<UnlabeledItem[]> {
  const files = (await entries(root)).filter((e) => e.isFile() && IMAGE_FILE.test(e.name));
  if (files.length === 0) throw invalid(root, "JPEG or PNG images", note("none"));
  return files.map((e) => ({ id: e.name, path: join(root, e.name), split: NO_SPLIT })).sort(byId);
}

/** Whether the folder holds class folders (rather than images of its own, or nothing). */
export async function hasClassFolders(root: string, split?: string): Promise<boolean> {
  const folder = split ? join(root, split) : root;
  return existsSync(folder) && (await subfolders(folder)).length > 0;
}

/** The same images with their labels taken away. */
export function withoutLabels(items: readonly LabeledItem[]): UnlabeledItem[] {
  return items.map(({ id, path, split }) => ({ id, path, split }));
}

async function classItems(root: string, split: string | undefined, label: string): Promise<LabeledItem[]> {
  const below = split ? [split, label] : [label];
  const folder = join(root, ...below);
  const files = (await entries(folder)).filter((e) => e.isFile() && IMAGE_FILE.test(e.name));
  if (files.length === 0) throw invalid(folder, "at least one JPEG or PNG image", note("none"));
  return files.map(({ name }) => ({
    id: [...below, name].join("/"),
    path: join(folder, name),
    split: split ?? NO_SPLIT,
    label,
  }));
}

async function subfolders(folder: string): Promise<string[]> {
  const found = (await entries(folder)).filter((e) => e.isDirectory() && !e.name.startsWith("."));
  return found.map((e) => e.name).sort();
}

async function entries(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT")
      throw invalid(folder, "a folder", note("nothing there"));
    throw explainSystemError(folder, error);
  }
}

const byId = (a: UnlabeledItem, b: UnlabeledItem) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
