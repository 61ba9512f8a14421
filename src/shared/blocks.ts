/** Text that is made bit by bit, put together to blocks that are worth a write. */

const BLOCK_CHARACTERS = 1 << 20;

/** @param parts asked for the next one only when the block before was taken */
export async function* inBlocks(parts: Iterable<string>): AsyncGenerator<string> {
  let block: string[] = [];
  let length = 0;
  for (const part of parts) {
    block.push(part);
    length += part.length;
    if (length < BLOCK_CHARACTERS) continue;
    yield block.join("");
    [block, length] = [[], 0];
  }
  yield block.join("");
}
