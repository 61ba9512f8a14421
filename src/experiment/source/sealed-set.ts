/** Which sealed tests some images belong to: known by the images' content, whatever they are called and wherever they lie. */
import { type DatasetCard, datasets } from "../../shared/datasets/index.js";
import { sha256, sha256File } from "../../shared/files.js";
import type { UnlabeledItem } from "../../shared/types.js";

/** A sealed test under the name by which the ledger counts its openings. */
export interface SealedSet {
  dataset: string;
  split: string;
}

/** Letters of a content hash that tell folders of one's own apart. */
const HASH_LETTERS = 16;

/** The sealed tests of known datasets of which any of the images is one: a part of a test gives it away as the whole does. */
export async function knownSealedSets(items: readonly UnlabeledItem[]): Promise<SealedSet[]> {
  return knownAmong(await contents(items));
}

/** The same, or where there is none the images themselves, a sealed test of one's own that its content names. */
export async function sealedSets(items: readonly UnlabeledItem[], split = "all"): Promise<SealedSet[]> {
  const hashes = await contents(items);
  const known = knownAmong(hashes);
  if (known.length > 0) return known;
  const content = sha256([...hashes].sort().join("\n")).slice(0, HASH_LETTERS);
  return [{ dataset: `folder-${content}`, split }];
}

/** One after the other: a process may have fewer files open than a set has images. */
async function contents(items: readonly UnlabeledItem[]): Promise<string[]> {
  const hashes: string[] = [];
  for (const { path } of items) hashes.push(await sha256File(path));
  return hashes;
}

function knownAmong(hashes: readonly string[]): SealedSet[] {
  const cards: DatasetCard[] = Object.values(datasets);
  return cards.flatMap(({ name, testSplit, files }) => {
    const sealed = new Set(
      [...files].flatMap(([id, hash]) => (id.startsWith(`${testSplit}/`) ? [hash] : [])),
    );
    return hashes.some((hash) => sealed.has(hash)) ? [{ dataset: name, split: testSplit }] : [];
  });
}
