/** What a folder of one's own photographs holds: those that can be used, and why the others cannot. */
import { join } from "node:path";
import { decodeOrWhy, type LeftOut } from "../../shared/damaged.js";
import { type ClassFolders, openImageFolder, subfolders } from "../../shared/dataset.js";
import { invalid, note } from "../../shared/errors.js";
import { namesIn } from "../../shared/folders.js";
import { groupBy } from "../../shared/group.js";
import type { LabeledItem, OnProgress } from "../../shared/types.js";

/** Pixels of the shorter side below which a photograph is mostly the resizer's: networks see 224. */
const SMALLEST = 64;

export interface Survey {
  /** In the order of their ids. */
  usable: LabeledItem[];
  /** In the order of their ids. */
  skipped: LeftOut[];
}

/**
 * Reads every image of the class folders once.
 * @param named the folder of each class; all of them, as classes, where left out
 * @throws bad input for a folder that is split already, and where a class has no photograph that can be used
 */
export async function surveyPhotos(
  dir: string,
  named?: ClassFolders,
  onProgress?: OnProgress,
): Promise<Survey> {
  await refuseSplit(dir);
  const { items, classes } = await openImageFolder(dir, undefined, named);
  const looks = await lookAt(items, onProgress);
  const seen = looks.flatMap((look) => ("sha256" in look ? look : []));
  const folders = named ? Object.values(named) : classes;
  const skipped = [
    ...(await otherFolders(dir, folders)),
    ...(await otherFiles(dir, folders, items)),
    ...looks.flatMap((look) => ("why" in look ? { id: look.item.id, why: look.why } : [])),
    ...groupBy(seen, ({ sha256 }) => sha256).flatMap(doubled),
  ].sort((a, b) => (a.id < b.id ? -1 : 1));
  const gone = new Set(skipped.map(({ id }) => id));
  const usable = items.filter(({ id }) => !gone.has(id));
  refuseEmpty(dir, classes, usable, skipped);
  return { usable, skipped };
}

function refuseEmpty(
  dir: string,
  classes: readonly string[],
  usable: readonly LabeledItem[],
  skipped: readonly LeftOut[],
): void {
  const empty = classes.find((name) => !usable.some(({ label }) => label === name));
  if (empty === undefined) return;
  const each = skipped.map(({ id, why }) => `${id} (${why})`).join(", ");
  throw invalid(dir, `a photograph of ${empty} that can be used`, note(`none; skipped are ${each}`));
}

/** @throws bad input for a folder that is split already */
export async function refuseSplit(dir: string): Promise<void> {
  const split = (await subfolders(dir)).find((name) => name === "train" || name === "val");
  if (split)
    throw invalid(
      dir,
      "a folder for each class",
      note(`${split}: it is split already, and an experiment's target as it is`),
    );
}

type Look = { item: LabeledItem } & ({ sha256: string } | { why: string });

async function lookAt(items: readonly LabeledItem[], onProgress?: OnProgress): Promise<Look[]> {
  const looks: Look[] = [];
  for (const item of items) {
    looks.push({ item, ...(await look(item.path)) });
    onProgress?.(looks.length, items.length);
  }
  return looks;
}

const WHOLE = "expected a whole JPEG or PNG image, found ";

async function look(path: string): Promise<{ sha256: string } | { why: string }> {
  const image = await decodeOrWhy(path);
  if (typeof image === "string") return { why: image.replace(WHOLE, "corrupt: ") };
  const { width, height, sha256 } = image;
  if (Math.min(width, height) >= SMALLEST) return { sha256 };
  return { why: `too small, ${width} x ${height} pixels (at least ${SMALLEST} a side)` };
}

/** All but the first of equal images; all of them where they lie in several classes: one of the labels is wrong. */
function doubled(same: readonly { item: LabeledItem }[]): LeftOut[] {
  const [first, ...others] = same.map(({ item }) => item);
  const labels = [...new Set(same.map(({ item }) => item.label))];
  if (labels.length > 1)
    return same.map(({ item }) => ({ id: item.id, why: `doubled, in ${labels.join(" and in ")}` }));
  return others.map(({ id }) => ({ id, why: `doubled, the same as ${first!.id}` }));
}

/** Folders beside those of the classes. */
async function otherFolders(dir: string, folders: readonly string[]): Promise<LeftOut[]> {
  const others = (await subfolders(dir)).filter((name) => !folders.includes(name));
  return others.map((name) => ({ id: `${name}/`, why: "the folder of no class" }));
}

/** What in the class folders is no image by its name, such as files of telephones (.heic) and further folders. */
async function otherFiles(
  dir: string,
  folders: readonly string[],
  items: readonly LabeledItem[],
): Promise<LeftOut[]> {
  const known = new Set(items.map(({ id }) => id));
  const found = await Promise.all(folders.map((name) => shownIn(dir, name)));
  return found.flat().filter(({ id }) => !known.has(id));
}

async function shownIn(dir: string, name: string): Promise<LeftOut[]> {
  const path = join(dir, name);
  const [names, folders] = await Promise.all([namesIn(path), subfolders(path)]);
  return names
    .filter((file) => !file.startsWith("."))
    .map((file) =>
      folders.includes(file)
        ? { id: `${name}/${file}/`, why: "a folder in a class folder" }
        : { id: `${name}/${file}`, why: "no .jpg, .jpeg or .png file" },
    );
}
