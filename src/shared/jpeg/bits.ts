/** Bits of entropy-coded data. Beyond the end there are zeros: who reads asks in the end whether it went too far. */
import { Damage } from "./damage.js";
import type { HuffmanTable } from "./huffman.js";

export class Bits {
  constructor(
    /** Without stuffed bytes; some zeros stand behind the last interval. */
    readonly bytes: Uint8Array,
    /** The next bit. */
    public at: number,
    /** The first bit behind the data. */
    readonly end: number,
  ) {}

  /** The next 16 bits, without taking them. */
  next16(): number {
    const { bytes, at } = this;
    const i = at >> 3;
    return (((bytes[i]! << 16) | (bytes[i + 1]! << 8) | bytes[i + 2]!) >> (8 - (at & 7))) & 0xffff;
  }

  /** A number of up to 16 bits. */
  take(count: number): number {
    const value = this.next16() >> (16 - count);
    this.at += count;
    return value;
  }

  symbol(table: HuffmanTable): number {
    const entry = table[this.next16()]!;
    if (entry === 0) throw new Damage("bits that are no code");
    this.at += entry >> 8;
    return entry & 0xff;
  }

  refuseBeyond(): void {
    if (this.at > this.end) throw new Damage("data that end too early");
  }

  /** The rest of the last byte is filled up with ones, by some writers with zeros. */
  refuseRest(): void {
    this.refuseBeyond();
    const rest = this.end - this.at;
    if (rest > 7) throw new Damage("data behind the last block");
    const filling = this.take(rest);
    if (filling !== 0 && filling !== (1 << rest) - 1) throw new Damage("data behind the last block");
  }
}
