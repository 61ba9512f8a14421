/**
 * What an image file is: a JPEG or a PNG by its first bytes, whatever its name's ending says, and whole to its end. Any
 * warning of the decoder is a fault, because what it would fill in was never photographed; and so is a JPEG whose data
 * do not make up exactly its picture, of which the decoder says nothing. A PNG has checksums, each of which is asked; an
 * animated one is no image.
 */
import type { Sharp } from "sharp";
import { invalid, note } from "./errors.js";
import { readBytes } from "./files.js";
import { isWholeJpeg } from "./jpeg/whole-jpeg.js";
import { sharp } from "./sharp.js";
import { isWholePng } from "./whole-png.js";

const SIGNATURES = {
  jpeg: [0xff, 0xd8, 0xff],
  png: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
} as const;
/** Far above any photograph's, and what can still be held in memory. */
const MOST = { bytes: 2 ** 28, pixels: 1e8 } as const;

/** The bytes of a JPEG or PNG. @throws bad input for anything else and for a damaged JPEG, named by its path */
export async function readImageFile(path: string): Promise<Buffer> {
  const bytes = await readBytes(path, MOST.bytes);
  const begins = (signature: readonly number[]) => signature.every((byte, i) => bytes[i] === byte);
  const [isJpeg, isPng] = [begins(SIGNATURES.jpeg), begins(SIGNATURES.png)];
  if (!isJpeg && !isPng) throw notWhole(path, bytes.length === 0 ? "an empty file" : "another format");
  if (isJpeg ? !isWholeJpeg(bytes, MOST.pixels) : !isWholePng(bytes)) throw notWhole(path, DAMAGED);
  return bytes;
}

/** Opens such bytes in sharp, strictly. */
export const openImage = (bytes: Buffer): Sharp =>
  sharp(bytes, { failOn: "warning", limitInputPixels: MOST.pixels });

const DAMAGED = "a damaged or truncated one, or one of another coding";

/** A decoder's failure as a sentence. */
export function undecodable(path: string, error: unknown): Error {
  const tooLarge = /pixel limit/.test((error as Error).message);
  return notWhole(path, tooLarge ? `one of more than ${MOST.pixels} pixels` : DAMAGED);
}

const notWhole = (path: string, found: string) => invalid(path, "a whole JPEG or PNG image", note(found));
