/** A contact sheet of a rendered dataset with its labels, to be looked at. */
import { join } from "node:path";
import type { OverlayOptions } from "sharp";
import { invalid, note } from "../../src/shared/errors.js";
import { openImage, readImageFile } from "../../src/shared/image-file.js";
import { writePicture } from "../../src/shared/picture-file.js";
import { sharp } from "../../src/shared/sharp.js";
import type { ClassCard } from "./class-card.js";
import { classCards, datasetManifest } from "./manifest.js";
import { instanceSvg, type Placement, tint } from "./overlay.js";
import { readRecords, type SampleRecord } from "./records.js";

const TILE = 224;
const CAPTION = 22;
const MOST_PIXELS = 1e8;
const BACKGROUND = "#181818";

/** What a contact sheet shows, and how large. */
export interface SheetOptions {
  /** The least index shown. */
  start?: number;
  /** Masks over the pictures, and keypoints where the dataset has them; otherwise boxes alone. */
  masks?: boolean;
  /** Side of a picture on the sheet, in pixels. */
  tile?: number;
}

/**
 * Writes `DIR/preview.png`, or `path`, with the first images, each with its boxes and a caption.
 * @returns its path
 */
export async function writeContactSheet(
  dir: string,
  count = 16,
  options: SheetOptions = {},
  path = join(dir, "preview.png"),
): Promise<string> {
  const { start = 0, tile: side = TILE } = options;
  const cards = classCards(await datasetManifest(dir));
  const all = [...(await readRecords(dir)).values()].filter(({ index }) => index >= start);
  const records = all.slice(0, count);
  if (records.length === 0) throw invalid(dir, "rendered images to show", note("none"));
  const columns = Math.ceil(Math.sqrt(records.length));
  const rows = Math.ceil(records.length / columns);
  checkSize(columns * side, rows * (side + CAPTION));
  const tiles = await Promise.all(
    records.map((record) => {
      const card = cards.find(({ name }) => name === record.label);
      if (!card) throw invalid(`${dir}: ${record.image}`, "a class of the dataset", record.label);
      return tile(dir, record, card, side, options.masks ?? false);
    }),
  );
  const placed = tiles.map((input, k) => ({
    input,
    left: (k % columns) * side,
    top: Math.floor(k / columns) * (side + CAPTION),
  }));
  const sheet = canvas(columns * side, rows * (side + CAPTION));
  await writePicture(path, await sheet.composite(placed).png().toBuffer());
  return path;
}

/** What a picture may hold, and a reader show. */
function checkSize(width: number, height: number): void {
  if (width * height > MOST_PIXELS)
    throw invalid("the sheet", `at most ${MOST_PIXELS} pixels`, note(`${width} x ${height}`));
}

const canvas = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: BACKGROUND } });

async function tile(
  dir: string,
  record: SampleRecord,
  card: ClassCard,
  side: number,
  masks: boolean,
): Promise<Buffer> {
  const scale = side / Math.max(record.width, record.height);
  const [width, height] = [Math.round(record.width * scale), Math.round(record.height * scale)];
  const place = { left: Math.round((side - width) / 2), top: Math.round((side - height) / 2), scale };
  const picture = await openImage(await readImageFile(join(dir, record.image)))
    .resize(width, height, { fit: "fill" })
    .toBuffer();
  const layers: OverlayOptions[] = [{ input: picture, left: place.left, top: place.top }];
  if (masks)
    layers.push({ input: await tinted(dir, record, width, height), left: place.left, top: place.top });
  layers.push({ input: Buffer.from(overlay(record, card, side, place, masks)), left: 0, top: 0 });
  return canvas(side, side + CAPTION)
    .composite(layers)
    .png()
    .toBuffer();
}

async function tinted(dir: string, record: SampleRecord, width: number, height: number): Promise<Buffer> {
  const ids = await openImage(await readImageFile(join(dir, record.mask)))
    .extractChannel(0)
    .raw()
    .toBuffer();
  return sharp(tint(ids), { raw: { width: record.width, height: record.height, channels: 4 } })
    .resize(width, height, { fit: "fill", kernel: "nearest" })
    .png()
    .toBuffer();
}

function overlay(
  record: SampleRecord,
  card: ClassCard,
  side: number,
  place: Placement,
  masks: boolean,
): string {
  const { index, label, split, instances, resolved } = record;
  const labels = instances.map((one) =>
    instanceSvg(masks ? one : { ...one, keypoints: undefined }, card, place),
  );
  const caption = `${index} ${label} · ${resolved.kind.preset} · ${split}`;
  const text = `<text x="6" y="${side + 15}" font-family="sans-serif" font-size="12" fill="#ffffff">${caption}</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side + CAPTION}">${labels.join("")}${text}</svg>`;
}
