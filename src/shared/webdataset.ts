/**
 * WebDatasets (github.com/webdataset/webdataset) that are read as they are: tar archives `<split>-000000.tar` in which the
 * files of a sample share a name, an image and its class as a number (`.cls`). Class names come from `dataset.json`.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { invalid, note } from "./errors.js";
import { readBytes, readJson } from "./files.js";
import { namesIn } from "./folders.js";
import { isTaken } from "./look-up.js";
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
  const items: LabeledItem[] = [];
  for (const archive of archives) {
    const split = splitOfArchive(archive, noSplit);
    const path = join(root, archive);
    const members = listMembers(path);
    const numbers = members.filter(({ name }) => splitName(name).extension === CLASS);
    const labels = new Map(await Promise.all(numbers.map((member) => labelOf(path, member, classes))));
    for (const { name } of members.filter((member) => IMAGE.test(splitName(member.name).extension)))
      items.push(itemOf(path, name, split, labels));
  }
  return items;
}

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
  if (!label || /[/\\]/.test(label) || isTaken(label))
    throw invalid(`${path}/${name}`, "a class of the dataset", text);
  return [splitName(name).key, label];
}

async function classNames(root: string): Promise<string[] | undefined> {
  const path = join(root, "dataset.json");
  if (!existsSync(path)) return undefined;
  const { classes } = await readJson<{ classes?: unknown }>(path);
  return Array.isArray(classes) ? classes.map(String) : undefined;
}
