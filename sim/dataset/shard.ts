/** Shares of a dataset: shard k of n owns the indices i with i mod n = k - 1. */
import { invalid, note } from "../../src/shared/errors.js";
import { arrayIndex } from "../../src/shared/units/array-index.js";

/** The k-th of n shares, 1 <= k <= n. */
export interface Shard {
  k: number;
  n: number;
}

/** @throws bad input unless it reads "k/n" with 1 <= k <= n */
export function parseShard(text: string): Shard {
  const match = /^([1-9]\d*)\/([1-9]\d*)$/.exec(text);
  const [k, n] = [Number(match?.[1]), Number(match?.[2])];
  if (!match || k > n || !Number.isSafeInteger(n)) throw invalid("--shard", "k/n with 1 <= k <= n", text);
  return { k, n };
}

export const shardName = ({ k, n }: Shard): string => `${k}-of-${n}`;

/** The number of the shard, of n, that an index belongs to; where blocks of indices stay together, that their block does. */
export const ownerOf = (index: number, n: number, block = 1): number => (Math.floor(index / block) % n) + 1;

/** The numbers of the blocks that a shard owns, of those that hold some of the indices. */
export function ownBlocks({ k, n }: Shard, start: number, count: number, block: number): number[] {
  const [first, last] = [Math.floor(start / block), Math.floor((start + count - 1) / block)];
  return shardIndices({ k, n }, first, last - first + 1);
}

/** Those of the indices that stand in a block. */
export function blockIndices(number: number, start: number, count: number, block: number): number[] {
  const [from, to] = [Math.max(start, number * block), Math.min(start + count, (number + 1) * block)];
  return Array.from({ length: to - from }, (_, i) => from + i);
}

/**
 * A shard from a flag: "k/n", or "auto/n" for the one that an engine's array gave this process, or "auto" where
 * `planned` says what n is.
 * @param planned the number of shards that the folder is planned for
 * @throws bad input for other text, or where no engine says which shard this is
 */
export function shardOf(text: string, planned?: number): Shard {
  const match = /^auto(?:\/([1-9]\d*))?$/.exec(text);
  if (!match) return parseShard(text);
  const n = match[1] === undefined ? planned : Number(match[1]);
  if (n === undefined)
    throw invalid("--shard", "auto/n, or auto in a folder whose shards are planned", note("no shards.json"));
  return { k: arrayIndex("--shard auto", n), n };
}

export function shardIndices({ k, n }: Shard, start: number, count: number): number[] {
  const first = start + ((((k - 1 - start) % n) + n) % n);
  const own: number[] = [];
  for (let i = first; i < start + count; i += n) own.push(i);
  return own;
}
