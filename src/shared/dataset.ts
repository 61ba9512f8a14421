/** ImageFolder datasets: `root/split/class/file`, or class folders directly; labels come from the folders' names, or from a map of them. */
import { existsSync, realpathSync, statSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { basename, join, sep } from "node:path";
import { explainSystemError, invalid, note } from "./errors.js";
import { isTaken } from "./look-up.js";
import type { LabeledItem, UnlabeledItem } from "./types.js";
import { archivesIn, type PassedOver, passedOverIn, readArchives, splitOfArchive } from "./webdataset.js";

/** Names of images; what a file is, `readImageFile` finds out. Other files in a class folder are passed over. */
const IMAGE_FILE = /\.(jpe?g|png)$/i;
/** Split name of a dataset whose class folders stand directly in its root. */
const NO_SPLIT = "all";

/** Class -> the folder of its images, where folders have other names: `{ants: "ant", bees: "bee photos"}`. */
export type ClassFolders = Readonly<Record<string, string>>;

export interface ImageFolder {
  root: string;
  name: string;
  /** In sorted order. */
  classes: string[];
  /** Sorted by id. */
  items: LabeledItem[];
}

/**
 * Opens the class folders of `root/split`, or of `root` itself where no split is given; or, where `root` holds archives
 * instead, the WebDataset `root/<split>-000000.tar`.
 * @param named the folder of each class; folders that it does not name are passed over
 * @throws bad input where there is no such folder, no class folder, or a class folder without images
 */
export async function openImageFolder(
  root: string,
  split?: string,
  named?: ClassFolders,
): Promise<ImageFolder> {
  const archives = await archivesIn(root, split);
  const folder = split ? join(root, split) : root;
  if (archives.length > 0) {
    if (split ? existsSync(folder) : await holdsImages(root, archives))
      throw invalid(folder, "class folders or archives", note("both"));
    if (named) throw invalid(root, "class folders, which a map of classes names", note("archives"));
    return openArchives(root, archives);
  }
  const classes = await classFolders(folder, named);
  if (classes.length === 0) throw invalid(folder, "class folders with images", note("none"));
  const items: LabeledItem[] = [];
  for (const one of classes) items.push(...(await classItems(root, split, one)));
  return {
    root,
    name: basename(root),
    classes: classes.map(({ label }) => label).sort(),
    items: items.sort(byId),
  };
}

interface ClassFolder {
  label: string;
  /** Of its folder. */
  name: string;
}

/** @throws bad input where a folder that is named is not there */
async function classFolders(folder: string, named?: ClassFolders): Promise<ClassFolder[]> {
  const present = await subfolders(folder);
  if (!named) return present.map((name) => ({ label: name, name }));
  return Object.entries(named).map(([label, name]) => {
    if (!present.includes(name))
      throw invalid(
        folder,
        `the folder "${name}" of the class ${label}`,
        note(present.join(", ") || "no folder"),
      );
    return { label, name };
  });
}

/** Class folders, or the folder of an archive's split; others, as of records or annotations, belong to the archives. */
async function holdsImages(root: string, archives: readonly string[]): Promise<boolean> {
  const splits = archives.map((archive) => splitOfArchive(archive, ""));
  for (const name of await subfolders(root))
    if (splits.includes(name) || (await filesOf(join(root, name))).images.length > 0) return true;
  return false;
}

async function openArchives(root: string, archives: readonly string[]): Promise<ImageFolder> {
  const items = (await readArchives(root, archives, NO_SPLIT)).sort(byId);
  if (items.length === 0) throw invalid(root, "archives with images", note("none"));
  const classes = [...new Set(items.map(({ label }) => label))].sort();
  return { root, name: basename(root), classes, items };
}

/** Where a dataset's splits begin: a rendered dataset keeps them below `images/`, others in their root. */
export function imageRoot(folder: string): string {
  const images = join(folder, "images");
  return existsSync(images) ? images : folder;
}

/** The images of a flat folder, which have no labels. */
export async function openFlatFolder(root: string): Promise<UnlabeledItem[]> {
  const { images } = await filesOf(root);
  if (images.length === 0) throw invalid(root, "JPEG or PNG images", note("none"));
  return images.map((name) => ({ id: name, path: join(root, name), split: NO_SPLIT })).sort(byId);
}

/**
 * A sentence on what of `root/split`, or of a flat folder, is no image and was passed over; undefined where nothing was.
 * Hidden files are those that systems leave, such as `._a.jpg` and `.DS_Store`.
 */
export async function describePassedOver(
  root: string,
  split?: string,
  named?: ClassFolders,
): Promise<string | undefined> {
  const archives = await archivesIn(root, split);
  const folder = split && archives.length === 0 ? join(root, split) : root;
  const present = archives.length ? [] : await subfolders(folder);
  const classes = named ? present.filter((name) => Object.values(named).includes(name)) : present;
  const found = archives.length ? passedOverIn(root, archives) : await passedOverBelow(folder, classes);
  const count = (of: "hidden" | "others") => found.reduce((sum, one) => sum + one[of], 0);
  const parts = [
    counted(count("others"), "file that is no .jpg, .jpeg or .png", "files that are no .jpg, .jpeg or .png"),
    counted(count("hidden"), "hidden file", "hidden files"),
    counted(present.length - classes.length, "folder of no class", "folders of no class"),
  ].filter(Boolean);
  return parts.length ? `${folder}: passed over ${parts.join(" and ")}` : undefined;
}

function passedOverBelow(folder: string, classes: readonly string[]): Promise<PassedOver[]> {
  const folders = classes.length ? classes.map((label) => join(folder, label)) : [folder];
  return Promise.all(folders.map(filesOf));
}

const counted = (n: number, one: string, many: string) => (n ? `${n} ${n === 1 ? one : many}` : "");

/** Whether the folder holds class folders, or archives with classes (rather than images of its own, or nothing). */
export async function hasClassFolders(root: string, split?: string): Promise<boolean> {
  if ((await archivesIn(root, split)).length > 0) return true;
  const folder = split ? join(root, split) : root;
  return existsSync(folder) && (await subfolders(folder)).length > 0;
}

/** The same images with their labels taken away. */
export function withoutLabels(items: readonly UnlabeledItem[]): UnlabeledItem[] {
  return items.map(({ id, path, split }) => ({ id, path, split }));
}

async function classItems(root: string, split: string | undefined, of: ClassFolder): Promise<LabeledItem[]> {
  const below = split ? [split, of.name] : [of.name];
  const folder = join(root, ...below);
  const { images } = await filesOf(folder);
  if (images.length === 0) throw invalid(folder, "at least one JPEG or PNG image", note("none"));
  return images.map((name) => ({
    id: [...below, name].join("/"),
    path: join(folder, name),
    split: split ?? NO_SPLIT,
    label: of.label,
  }));
}

/** Names of images, and how many entries are none. Links count as what they lead to. */
async function filesOf(folder: string) {
  const names = await namesIn(folder);
  const shown = names.filter((name) => !name.startsWith("."));
  const images = shown.filter((name) => IMAGE_FILE.test(name) && kindOf(join(folder, name)) !== "folder");
  return { images, hidden: names.length - shown.length, others: shown.length - images.length };
}

/**
 * Class folders by name. Links are followed; one that leads back to where it stands is refused, and so are names that
 * every object has.
 */
export async function subfolders(folder: string): Promise<string[]> {
  const names = (await namesIn(folder)).filter((name) => !name.startsWith("."));
  const found = names.filter((name) => kindOf(join(folder, name)) === "folder");
  const taken = found.find(isTaken);
  if (taken !== undefined) throw invalid(join(folder, taken), "a class by another name", note(taken));
  for (const name of found) refuseCircle(folder, join(folder, name));
  return found;
}

function kindOf(path: string): "folder" | "other" {
  try {
    return statSync(path).isDirectory() ? "folder" : "other";
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT")
      throw invalid(path, "a file", note("a link to nothing"));
    throw explainSystemError(path, error);
  }
}

function refuseCircle(folder: string, below: string): void {
  const [above, leads] = [realpathSync(folder), realpathSync(below)];
  if (`${above}${sep}`.startsWith(`${leads}${sep}`))
    throw invalid(below, "a class folder", note("a link to a folder that it stands in"));
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT")
      throw invalid(folder, "a folder", note("nothing there"));
    throw explainSystemError(folder, error);
  }
}

const byId = (a: UnlabeledItem, b: UnlabeledItem) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
