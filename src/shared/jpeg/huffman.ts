/** Huffman tables (ITU-T T.81, annex C), looked up by the next 16 bits. */
import { Damage } from "./damage.js";

/** By the next 16 bits: `length of the code << 8 | symbol`, or 0 where no code begins like that. */
export type HuffmanTable = Uint16Array;

const LONGEST_CODE = 16;

/**
 * @param counts how many codes have 1, 2, ..., 16 bits
 * @param symbols one a code, the shortest first
 */
export function huffmanTable(counts: Uint8Array, symbols: Uint8Array): HuffmanTable {
  const table = new Uint16Array(1 << LONGEST_CODE);
  let [next, used] = [0, 0];
  for (let length = 1; length <= LONGEST_CODE; length++)
    for (let i = 0; i < counts[length - 1]!; i++) {
      const end = next + (1 << (LONGEST_CODE - length));
      table.fill((length << 8) | symbols[used++]!, next, end);
      next = end;
    }
  if (next > table.length) throw new Damage("more codes than bits can tell apart");
  return table;
}
