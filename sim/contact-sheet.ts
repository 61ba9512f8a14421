/** A contact sheet of a rendered dataset with its boxes and labels, to be looked at. */
import { join } from "node:path";
import sharp from "sharp";
import { invalid, note } from "../src/shared/errors.js";
import { writeAtomic } from "../src/shared/files.js";
import { readRecords, type SampleRecord } from "./records.js";

const TILE = 224;
const CAPTION = 22;
const COLOURS = { ants: "#ff5a3c", bees: "#ffd21e" } as const;

/**
 * Writes `DIR/preview.png` with the first `count` images, each with its boxes and a caption.
 * @returns its path
 */
export async function writeContactSheet(dir: string, count = 16): Promise<string> {
  const records = [...(await readRecords(dir)).values()].slice(0, count);
  if (records.length === 0) throw invalid(dir, "rendered images to show", note("none"));
  const columns = Math.ceil(Math.sqrt(records.length));
  const rows = Math.ceil(records.length / columns);
  const tiles = await Promise.all(records.map((record) => tile(dir, record)));
  const placed = tiles.map((input, k) => ({
    input,
    left: (k % columns) * TILE,
    top: Math.floor(k / columns) * (TILE + CAPTION),
  }));
  const sheet = sharp({
    create: { width: columns * TILE, height: rows * (TILE + CAPTION), channels: 3, background: "#181818" },
  });
  const path = join(dir, "preview.png");
  await writeAtomic(path, await sheet.composite(placed).png().toBuffer());
  return path;
}

async function tile(dir: string, record: SampleRecord): Promise<Buffer> {
  const picture = await sharp(join(dir, record.image))
    .resize(TILE, TILE, { fit: "contain", background: "#181818" })
    .toBuffer();
  return sharp({ create: { width: TILE, height: TILE + CAPTION, channels: 3, background: "#181818" } })
    .composite([
      { input: picture, left: 0, top: 0 },
      { input: Buffer.from(overlay(record)), left: 0, top: 0 },
    ])
    .png()
    .toBuffer();
}

function overlay({ index, label, split, width, height, instances, resolved }: SampleRecord): string {
  const scale = TILE / Math.max(width, height);
  const [dx, dy] = [(TILE - width * scale) / 2, (TILE - height * scale) / 2];
  const boxes = instances.map(({ bbox: [x, y, w, h] }) => {
    const at = `x="${dx + x * scale}" y="${dy + y * scale}" width="${w * scale}" height="${h * scale}"`;
    return `<rect ${at} fill="none" stroke="${COLOURS[label]}" stroke-width="1.5"/>`;
  });
  const caption = `${index} ${label} · ${resolved.kind.preset} · ${split}`;
  const text = `<text x="6" y="${TILE + 15}" font-family="sans-serif" font-size="12" fill="${COLOURS[label]}">${caption}</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${TILE}" height="${TILE + CAPTION}">${boxes.join("")}${text}</svg>`;
}
