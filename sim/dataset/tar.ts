/** tar archives without dates or owners, so that equal files are equal bytes. */
import { buffer } from "node:stream/consumers";
import { pack } from "tar-stream";

export interface TarEntry {
  name: string;
  content: Uint8Array;
}

const NO_DATE = new Date(0);

/** Two blocks of zeros. */
export const END_OF_ARCHIVE = Buffer.alloc(1024);

export async function tarArchive(entries: readonly TarEntry[]): Promise<Buffer> {
  const archive = pack();
  for (const { name, content } of entries)
    archive.entry(
      { name, mtime: NO_DATE },
      Buffer.from(content.buffer, content.byteOffset, content.byteLength),
    );
  archive.finalize();
  return buffer(archive);
}

/** The same without its end, so that more can be appended. */
export async function tarEntries(entries: readonly TarEntry[]): Promise<Buffer> {
  return (await tarArchive(entries)).subarray(0, -END_OF_ARCHIVE.length);
}
