/** A folder of one's own images: a split of it, its class folders or its flat files, and what of them cannot be read. */
import { type LeftOut, tellDamaged } from "../../shared/damaged.js";
import {
  type ClassFolders,
  hasClassFolders,
  imageRoot,
  openFlatFolder,
  openImageFolder,
} from "../../shared/dataset.js";
import { invalid, note } from "../../shared/errors.js";
import type { UnlabeledItem } from "../../shared/types.js";
import { type OnEvent, progressOf, silent } from "../spec/events.js";

/** How such a folder is read. */
export interface FolderReading {
  /** The folder of each class, where they have other names. */
  folders?: ClassFolders;
  /** Leaves out what cannot be read, and tells it, instead of refusing the whole. */
  skipBad?: boolean;
  on?: OnEvent;
}

/** The images to predict below `dir`: its `split` where it has one, its class folders, or its flat files. */
export async function splitOrWhole(dir: string, split = "val", reading: FolderReading = {}) {
  const root = imageRoot(dir);
  const { folders } = reading;
  if (await hasClassFolders(root, split)) {
    const found = await openImageFolder(root, split, folders);
    return { ...(await readable(found, reading)), split, labelled: true };
  }
  if (await hasClassFolders(root))
    return {
      ...(await readable(await openImageFolder(root, undefined, folders), reading)),
      split: undefined,
      labelled: true,
    };
  if (folders)
    throw invalid(dir, `the folders ${Object.values(folders).join(", ")}`, note("no class folders"));
  const items: (UnlabeledItem & { label?: string })[] = await openFlatFolder(root);
  return {
    ...(await readable({ root, classes: [] as string[], items }, reading)),
    split: undefined,
    labelled: false,
  };
}

interface Images<Item> {
  root: string;
  classes: string[];
  items: Item[];
}

/** The images that can be read; all of them where nothing is to be skipped, so that a damaged one is refused when it is read. */
export async function readable<Item extends UnlabeledItem & { label?: string }>(
  { root, classes, items }: Images<Item>,
  { skipBad, on = silent }: FolderReading,
): Promise<{ classes: string[]; items: Item[]; leftOut: LeftOut[] }> {
  if (!skipBad) return { classes, items, leftOut: [] };
  const { whole, damaged } = await tellDamaged(items, progressOf(on, `reading ${root}`));
  for (const { id, why } of damaged) on({ type: "note", text: `${id} is left out: ${why}` });
  const empty = classes.find((name) => !whole.some((item) => item.label === name));
  if (whole.length === 0 || empty !== undefined)
    throw invalid(root, `at least one whole image${empty ? ` of ${empty}` : ""}`, note("none"));
  return { classes, items: whole, leftOut: damaged };
}
