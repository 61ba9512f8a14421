/** Exact and near duplicates within and between splits: an image on both sides of a split is no test. */
import { decodeImage, type RgbImage, toSharp } from "../../src/shared/image.js";
import type { OnProgress, UnlabeledItem } from "../../src/shared/types.js";
import type { Features } from "../statistics/features.js";
import { mean } from "../statistics/mean.js";
import { dot, lengthOf } from "../statistics/vectors.js";

/** Images with the same bytes. */
export interface ExactDuplicates {
  sha256: string;
  items: UnlabeledItem[];
}

/** Two images that look alike. */
export interface NearDuplicate {
  a: UnlabeledItem;
  b: UnlabeledItem;
  /** Hamming distance of the perceptual hashes, of 64 bits. */
  distance: number;
  /** Pearson's correlation of their 16 x 16 grey thumbnails. */
  correlation: number;
  /** Cosine of their features; null where none were given. */
  cosine: number | null;
  /** Whether the pixels are alike only when b is mirrored. */
  mirrored: boolean;
}

/** Equal and nearly equal images. */
export interface Duplicates {
  exact: ExactDuplicates[];
  near: NearDuplicate[];
}

/**
 * A pair is near by its pixels when both say so. Unrelated photographs differ in about 32 of 64 bits and copies in a few, but small
 * subjects on plain grounds come as near as 6; their thumbnails then correlate at .85 at most, those of copies above .95.
 */
export const NEAR_DISTANCE = 16;
export const NEAR_CORRELATION = 0.9;

/**
 * A pair is near by its features from this cosine on, which finds mirrored and cropped copies and pictures of one scene
 * where pixels do not. It is for the pooled features of `tf_mobilenet_v2`: on hymenoptera train the 29,646 pairs of
 * different photographs reach .81, while 95% of mirrored copies lie above .87 and half of those cropped to 80% above
 * .85; copies made small and blurred fall to .70, and are found by their pixels.
 */
export const NEAR_COSINE = 0.85;

/** A 64-bit hash as two 32-bit halves. */
export type PerceptualHash = readonly [number, number];

interface Fingerprint {
  item: UnlabeledItem;
  sha256: string;
  upright: Look;
  mirror: Look;
  /** Of length 1. */
  feature: Float64Array | null;
}

/** What is compared of a picture. */
interface Look {
  hash: PerceptualHash;
  /** Grey thumbnail of mean 0 and length 1. */
  thumbnail: Float64Array;
}

/**
 * Compares every image with every other, by SHA-256 of the bytes, by difference hash (Krawetz 2013) and thumbnail of the
 * upright picture and of its mirror image, and by features where there are any. Exact duplicates are not repeated
 * among the near ones.
 * @param features a row an item
 */
export async function findDuplicates(
  items: readonly UnlabeledItem[],
  onProgress?: OnProgress,
  features?: Features,
): Promise<Duplicates> {
  const prints: Fingerprint[] = [];
  for (const [row, item] of items.entries()) {
    prints.push({ ...(await fingerprint(item)), feature: features ? unitRow(features, row) : null });
    onProgress?.(prints.length, items.length);
  }
  return { exact: exactDuplicates(prints), near: nearDuplicates(prints) };
}

const HASH_COLUMNS = 9;
const HASH_ROWS = 8;
const THUMBNAIL = 16;

/** Difference hash: whether each of 9 x 8 grey cells is brighter than its right neighbour. */
export async function differenceHash(image: RgbImage): Promise<PerceptualHash> {
  return hashOf(await greyCells(image, HASH_COLUMNS, HASH_ROWS));
}

/** Bits in which two hashes differ, in 0 to 64. */
export function hammingDistance(a: PerceptualHash, b: PerceptualHash): number {
  return bitCount(a[0] ^ b[0]) + bitCount(a[1] ^ b[1]);
}

async function fingerprint(item: UnlabeledItem): Promise<Omit<Fingerprint, "feature">> {
  const image = await decodeImage(item.path);
  const cells = await greyCells(image, HASH_COLUMNS, HASH_ROWS);
  const thumbnail = await greyCells(image, THUMBNAIL, THUMBNAIL);
  return {
    item,
    sha256: image.sha256,
    upright: { hash: hashOf(cells), thumbnail: unitVector(thumbnail) },
    mirror: {
      hash: hashOf(mirrored(cells, HASH_COLUMNS)),
      thumbnail: unitVector(mirrored(thumbnail, THUMBNAIL)),
    },
  };
}

async function greyCells(image: RgbImage, width: number, height: number): Promise<Uint8Array> {
  return toSharp(image).greyscale().resize(width, height, { fit: "fill", kernel: "linear" }).raw().toBuffer();
}

function mirrored(cells: Uint8Array, columns: number): Uint8Array {
  return cells.map((_, at) => cells[at - (at % columns) + columns - 1 - (at % columns)]!);
}

function hashOf(cells: Uint8Array): PerceptualHash {
  const halves: [number, number] = [0, 0];
  for (let bit = 0; bit < 64; bit++) {
    const at = Math.floor(bit / (HASH_COLUMNS - 1)) * HASH_COLUMNS + (bit % (HASH_COLUMNS - 1));
    if (cells[at]! > cells[at + 1]!) halves[bit >> 5]! |= 1 << (bit & 31);
  }
  return halves;
}

/** Mean 0 and length 1, so that a product is Pearson's correlation; all 0 for a picture of one grey. */
function unitVector(cells: Uint8Array): Float64Array {
  const middle = mean(cells);
  const centred = Float64Array.from(cells, (cell) => cell - middle);
  const length = Math.hypot(...centred) || 1;
  return centred.map((x) => x / length);
}

function unitRow({ columns, data }: Features, row: number): Float64Array {
  const values = Float64Array.from(data.subarray(row * columns, (row + 1) * columns));
  const length = lengthOf(values);
  return values.map((x) => x / length);
}

function bitCount(word: number): number {
  let count = 0;
  for (let rest = word; rest !== 0; rest &= rest - 1) count++;
  return count;
}

function exactDuplicates(prints: readonly Fingerprint[]): ExactDuplicates[] {
  const groups = new Map<string, UnlabeledItem[]>();
  for (const { sha256, item } of prints) groups.set(sha256, [...(groups.get(sha256) ?? []), item]);
  return [...groups].filter(([, items]) => items.length > 1).map(([sha256, items]) => ({ sha256, items }));
}

function nearDuplicates(prints: readonly Fingerprint[]): NearDuplicate[] {
  const near = prints.flatMap((a, i) =>
    prints.slice(i + 1).flatMap((b) => (a.sha256 === b.sha256 ? [] : (nearPair(a, b) ?? []))),
  );
  return near.sort((a, b) => likeness(b) - likeness(a));
}

const likeness = ({ correlation, cosine }: NearDuplicate) => Math.max(correlation, cosine ?? 0);

function nearPair(a: Fingerprint, b: Fingerprint): NearDuplicate | undefined {
  const [upright, mirrored] = [pixels(a, b.upright), pixels(a, b.mirror)];
  const cosine = a.feature && b.feature ? dot(a.feature, b.feature) : null;
  const pair = { a: a.item, b: b.item, cosine };
  if (alike(upright)) return { ...pair, ...upright, mirrored: false };
  if (alike(mirrored)) return { ...pair, ...mirrored, mirrored: true };
  return (cosine ?? 0) < NEAR_COSINE ? undefined : { ...pair, ...upright, mirrored: false };
}

function alike({ distance, correlation }: Pick<NearDuplicate, "distance" | "correlation">): boolean {
  return distance <= NEAR_DISTANCE && correlation >= NEAR_CORRELATION;
}

function pixels(a: Fingerprint, { hash, thumbnail }: Look) {
  return {
    distance: hammingDistance(a.upright.hash, hash),
    correlation: dot(a.upright.thumbnail, thumbnail),
  };
}
