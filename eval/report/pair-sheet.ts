/** A sheet of pairs of pictures, a row for whatever they are pairs of: each picture beside the one it is compared with. */
import { openImage, readImageFile } from "../../src/shared/image-file.js";
import { sharp } from "../../src/shared/sharp.js";
import { escapeMarkup } from "../charts/escape.js";

/** A row of the sheet. */
export interface PairRow {
  title: string;
  /** Paths of image files. */
  pairs: readonly (readonly [before: string, after: string])[];
}

const TILE = 128;
const PAIR_GAP = 8;
const CAPTION = 20;
const BACKGROUND = "#181818";

/** The sheet as a JPEG, as wide as its longest row. */
export async function drawPairSheet(rows: readonly PairRow[]): Promise<Uint8Array> {
  const pairs = Math.max(...rows.map((row) => row.pairs.length));
  const width = pairs * (2 * TILE + PAIR_GAP) - PAIR_GAP;
  const height = rows.length * (CAPTION + TILE);
  const layers = await Promise.all(rows.map((row, i) => rowLayers(row, i * (CAPTION + TILE), width)));
  const sheet = sharp({ create: { width, height, channels: 3, background: BACKGROUND } });
  return sheet.composite(layers.flat()).jpeg({ quality: 88 }).toBuffer();
}

async function rowLayers({ title, pairs }: PairRow, top: number, width: number) {
  const text = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${CAPTION}"><text x="4" y="15" font-family="sans-serif" font-size="13" fill="#ffffff">${escapeMarkup(title)}</text></svg>`;
  const tiles = pairs.flat().map(async (path, k) => ({
    input: await tile(path),
    left: Math.floor(k / 2) * (2 * TILE + PAIR_GAP) + (k % 2) * TILE,
    top: top + CAPTION,
  }));
  return [{ input: Buffer.from(text), left: 0, top }, ...(await Promise.all(tiles))];
}

const tile = async (path: string): Promise<Buffer> =>
  (await openImage(await readImageFile(path)))
    .resize(TILE, TILE, { fit: "contain", background: BACKGROUND })
    .toBuffer();

/** Side to which pictures are reduced before they are compared. */
const SMALL = 32;

/** Mean absolute difference of two pictures' levels, in [0, 255], at a size at which noise hardly counts. */
export async function pictureDifference(a: string, b: string): Promise<number> {
  const [x, y] = await Promise.all([levels(a), levels(b)]);
  let sum = 0;
  for (let i = 0; i < x!.length; i++) sum += Math.abs(x![i]! - y![i]!);
  return sum / x!.length;
}

const levels = async (path: string): Promise<Buffer> =>
  (await openImage(await readImageFile(path)))
    .removeAlpha()
    .resize(SMALL, SMALL, { fit: "fill" })
    .raw()
    .toBuffer();
