/** Whether a PNG is whole: chunk after chunk under its checksum, up to the one that ends it, and one picture, no animation. */
import { crc32 } from "node:zlib";

/** Length, kind and checksum. */
const FRAME = { length: 4, kind: 4, checksum: 4 } as const;
const SIGNATURE_BYTES = 8;
const [END, ANIMATION] = ["IEND", "acTL"];

/** @param file begins with the signature of a PNG */
export function isWholePng(file: Buffer): boolean {
  for (let at = SIGNATURE_BYTES; at + FRAME.length + FRAME.kind + FRAME.checksum <= file.length; ) {
    const from = at + FRAME.length;
    const end = from + FRAME.kind + file.readUInt32BE(at);
    if (end + FRAME.checksum > file.length) return false;
    if (crc32(file.subarray(from, end)) !== file.readUInt32BE(end)) return false;
    const kind = file.toString("latin1", from, from + FRAME.kind);
    if (kind === END) return true;
    if (kind === ANIMATION) return false;
    at = end + FRAME.checksum;
  }
  return false;
}
