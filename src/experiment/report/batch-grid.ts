/** A picture of what training sees: a drawn batch of a dataset under its training views, titled by class. */

import { backboneDefinition } from "../../../adapt/backbones/definition.js";
import { escapeMarkup } from "../../../eval/charts/escape.js";
import { hasClassFolders, imageRoot, openImageFolder } from "../../shared/dataset.js";
import { invalid } from "../../shared/errors.js";
import { decodeImage, evaluationView, type Preprocessing, trainingView } from "../../shared/image.js";
import { writePicture } from "../../shared/picture-file.js";
import { stream } from "../../shared/rng.js";
import { sharp } from "../../shared/sharp.js";
import type { LabeledItem } from "../../shared/types.js";

/** Which images a grid shows, and how. */
export interface BatchOptions {
  /** An ImageFolder: its `train` split, or class folders directly. */
  dir: string;
  out: string;
  /** Images, one a row. */
  count: number;
  /** Training views of each, beside the evaluation view. */
  views: number;
  /** Whose preprocessing to show. */
  backbone: string;
  seed: number;
}

const CAPTION = 20;
/** What a picture may hold, and a reader show. */
const MOST_PIXELS = 1e8;

/** Writes the grid as PNG: each row an image, first as evaluation sees it, then under training views 1, 2, ... */
export async function writeBatchGrid(options: BatchOptions): Promise<{ out: string; items: string[] }> {
  const { dir, count, views, seed, out } = options;
  const { card } = backboneDefinition(options.backbone);
  checkSize(card.preprocessing.size, options);
  const { items } = await trainingImages(dir);
  const batch = stream(seed, "batch").shuffle(items).slice(0, count);
  const { size } = card.preprocessing;
  const rows = await Promise.all(batch.map((item) => rowOf(item, views, card.preprocessing)));
  const tiles = rows.flatMap((row, y) =>
    row.map((input, x) => ({ input, left: x * size, top: y * (size + CAPTION) })),
  );
  const canvas = {
    width: (views + 1) * size,
    height: batch.length * (size + CAPTION),
    channels: 3 as const,
    background: "#ffffff",
  };
  await writePicture(out, await sharp({ create: canvas }).composite(tiles).png().toBuffer());
  return { out, items: batch.map((item) => item.id) };
}

function checkSize(size: number, { views, count }: BatchOptions): void {
  const pixels = (views + 1) * count * size * (size + CAPTION);
  if (pixels > MOST_PIXELS) throw invalid("the grid", `at most ${MOST_PIXELS} pixels`, pixels);
}

async function trainingImages(dir: string) {
  const root = imageRoot(dir);
  return openImageFolder(root, (await hasClassFolders(root, "train")) ? "train" : undefined);
}

async function rowOf(item: LabeledItem, views: number, to: Preprocessing): Promise<Buffer[]> {
  const image = await decodeImage(item.path);
  const all = Array.from({ length: views + 1 }, (_, view) => view);
  return Promise.all(
    all.map(async (view) => {
      const pixels = view === 0 ? await evaluationView(image, to) : await trainingView(image, to, view);
      return titled(pixels, to.size, `${item.label} · ${view === 0 ? "evaluation" : `view ${view}`}`);
    }),
  );
}

function titled(pixels: Buffer, size: number, title: string): Promise<Buffer> {
  const text = `<text x="4" y="14" font-family="sans-serif" font-size="12">${escapeMarkup(title)}</text>`;
  const caption = `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${CAPTION}">${text}</svg>`;
  return sharp(pixels, { raw: { width: size, height: size, channels: 3 } })
    .extend({ top: CAPTION, background: "#ffffff" })
    .composite([{ input: Buffer.from(caption), left: 0, top: 0 }])
    .png()
    .toBuffer();
}
