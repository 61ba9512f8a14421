/**
 * WebDatasets (github.com/webdataset/webdataset) that are read as they are: tar archives `<split>-000000.tar` in which the
 * files of a sample share a name, an image and its class as a number (`.cls`). Class names come from `dataset.json`.
 */
import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { invalid, note } from "./errors.js";
import { readBytes } from "./files.js";
import { namesIn } from "./folders.js";
import { isTaken } from "./look-up.js";
import { readCheckedJson } from "./schema.js";
import { CONTROL } from "./tar-headers.js";
import { listMembers, splitName, type TarMember } from "./tar-members.js";
import type { LabeledItem } from "./types.js";

const IMAGE = /^(jpe?g|png)$/i;
const CLASS = "cls";
const MOST_CLASS_BYTES = 256;

/** The archives of a folder, or of one of its splits, in order. */
export async function archivesIn(root: string, split?: string): Promise<string[]> {
  if (!existsSync(root)) return [];
  const wanted = split === undefined ? /^[^.].*\.tar$/ : new RegExp(`^${escaped(split)}-\\d+\\.tar$`);
  return (await namesIn(root)).filter((name) => wanted.test(name));
}

const escaped = (text: string): string => text.replace(/[^\w]/g, "\\$&");

/** The split that an archive's name begins with. */
export const splitOfArchive = (name: string, fallback: string): string =>
  /^(.+)-\d+\.tar$/.exec(name)?.[1] ?? fallback;

/**
 * The images of archives with their classes; ids are those of the same images in folders, `train/ants/000012.jpg`.
 * @param noSplit what items of archives without a split in their name say
 * @throws bad input for an archive that is not whole, or an image without a class
 */
export async function readArchives(
  root: string,
  archives: readonly string[],
  noSplit: string,
): Promise<LabeledItem[]> {
  const classes = await classNames(root);
  const items = new Map<string, LabeledItem>();
  for (const archive of archives) {
    const split = splitOfArchive(archive, noSplit);
    const path = join(root, archive);
    const members = listMembers(path);
    const images = imagesOf(path, members);
    passedOver.set(path, countOthers(members, images));
    const numbers = members.filter(({ name }) => splitName(name).extension === CLASS);
    const labels = new Map(await Promise.all(numbers.map((member) => labelOf(path, member, classes))));
    for (const name of images.values()) {
      const item = itemOf(path, name, split, labels);
      const twin = items.get(item.id);
      if (twin) throw invalid(item.path, "every sample once", note(`another in ${dirname(twin.path)}`));
      items.set(item.id, item);
    }
  }
  return [...items.values()];
}

/** Each sample's image by its key. @throws bad input for a sample of two, of which one may be a mask */
function imagesOf(path: string, members: readonly TarMember[]): Map<string, string> {
  const images = new Map<string, string>();
  for (const { name } of members) {
    const { key, extension } = splitName(name);
    if (!IMAGE.test(extension)) continue;
    const twin = images.get(key);
    if (twin) throw invalid(`${path}/${name}`, "one image a sample", note(`${twin} beside it`));
    images.set(key, name);
  }
  return images;
}

/** What of an archive is neither an image nor a file beside one. */
export interface PassedOver {
  hidden: number;
  others: number;
}

/** Of archives that were read. */
const passedOver = new Map<string, PassedOver>();

function countOthers(members: readonly TarMember[], images: ReadonlyMap<string, string>): PassedOver {
  const alone = members.filter(({ name }) => !images.has(splitName(name).key));
  const hidden = alone.filter(({ name }) => basename(name).startsWith(".")).length;
  return { hidden, others: alone.length - hidden };
}

/** What was passed over in each of these archives. */
export const passedOverIn = (root: string, archives: readonly string[]): PassedOver[] =>
  archives.map((archive) => {
    const path = join(root, archive);
    const members = passedOver.has(path) ? [] : listMembers(path);
    return passedOver.get(path) ?? countOthers(members, imagesOf(path, members));
  });

function itemOf(path: string, name: string, split: string, labels: ReadonlyMap<string, string>): LabeledItem {
  const label = labels.get(splitName(name).key);
  if (label === undefined) throw invalid(`${path}/${name}`, "its class beside it (.cls)", note("none"));
  return { id: `${split}/${label}/${name}`, path: join(path, name), split, label };
}

async function labelOf(
  path: string,
  { name }: TarMember,
  classes: readonly string[] | undefined,
): Promise<[string, string]> {
  const text = String(await readBytes(join(path, name), MOST_CLASS_BYTES)).trim();
  const label = classes ? classes[/^\d+$/.test(text) ? Number(text) : -1] : text;
  if (!className.safeParse(label).success) throw invalid(`${path}/${name}`, "a class of the dataset", text);
  return [splitName(name).key, label!];
}

/** What a class folder could be called. */
const className = z
  .string()
  .regex(/^(?!\.{1,2}$)[^/\\]+$/, "a class's name")
  .refine((name) => !isTaken(name) && !CONTROL.test(name), { error: "a class by another name" });

const namedClasses = z.looseObject({
  classes: z
    .array(className)
    .min(1)
    .refine((names) => new Set(names).size === names.length, { error: "each class once" }),
});

async function classNames(root: string): Promise<string[] | undefined> {
  const path = join(root, "dataset.json");
  return existsSync(path) ? (await readCheckedJson(namedClasses, path)).classes : undefined;
}
