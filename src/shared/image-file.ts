/**
 * What an image file is: a JPEG or a PNG by its first bytes, whatever its name's ending says, and whole to its end. Any
 * warning of the decoder is a fault, because what it would fill in was never photographed.
 */
import type { Sharp } from "sharp";
import { invalid, note } from "./errors.js";
import { readBytes } from "./files.js";
import { sharp } from "./sharp.js";

const SIGNATURES: readonly (readonly number[])[] = [
  [0xff, 0xd8, 0xff],
  [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
];
/** Far above any photograph's, and what can still be held in memory. */
const MOST = { bytes: 2 ** 28, pixels: 1e8 } as const;

/** The bytes of a JPEG or PNG. @throws bad input for anything else, named by its path */
export async function readImageFile(path: string): Promise<Buffer> {
  const bytes = await readBytes(path, MOST.bytes);
  const isImage = SIGNATURES.some((signature) => signature.every((byte, i) => bytes[i] === byte));
  if (!isImage) throw notWhole(path, bytes.length === 0 ? "an empty file" : "another format");
  return bytes;
}

/** Opens such bytes in sharp, strictly. */
export const openImage = (bytes: Buffer): Sharp =>
  sharp(bytes, { failOn: "warning", limitInputPixels: MOST.pixels });

/** A decoder's failure as a sentence. */
export function undecodable(path: string, error: unknown): Error {
  const tooLarge = /pixel limit/.test((error as Error).message);
  return notWhole(path, tooLarge ? `one of more than ${MOST.pixels} pixels` : "a damaged or truncated one");
}

const notWhole = (path: string, found: string) => invalid(path, "a whole JPEG or PNG image", note(found));
