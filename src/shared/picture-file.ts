/** Files that antbee makes for people to look at, and never over a file that it did not make. */
import { existsSync } from "node:fs";
import { crc32 } from "node:zlib";
import { invalid, note } from "./errors.js";
import { readBytes, writeAtomic } from "./files.js";

/** A PNG's first chunk, which says its size, ends here. */
const AFTER_HEADER = 33;
const MARK = textChunk("Software", "antbee");

/** Writes a PNG that says that antbee made it. @throws bad input where another's file stands in its place */
export async function writePicture(path: string, png: Buffer): Promise<void> {
  await claimFile(path, "a picture of antbee's", (bytes) =>
    bytes.subarray(AFTER_HEADER, AFTER_HEADER + MARK.length).equals(MARK),
  );
  const parts = [png.subarray(0, AFTER_HEADER), MARK, png.subarray(AFTER_HEADER)];
  await writeAtomic(path, Buffer.concat(parts));
}

/** The question of `claimFolder` for a single file. @throws bad input where a file stands there that is not ours */
export async function claimFile(
  path: string,
  what: string,
  isOurs: (bytes: Buffer) => boolean,
): Promise<void> {
  if (existsSync(path) && !isOurs(await readBytes(path)))
    throw invalid(path, `a new file or ${what}`, note("another's file"));
}

/** PNG's tEXt: length, kind, keyword, zero, text, CRC-32 of kind and what follows it. */
function textChunk(keyword: string, text: string): Buffer {
  const body = Buffer.from(`tEXt${keyword}\0${text}`, "latin1");
  const chunk = Buffer.alloc(4 + body.length + 4);
  chunk.writeUInt32BE(body.length - 4, 0);
  body.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(body), 4 + body.length);
  return chunk;
}
