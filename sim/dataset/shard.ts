/** Shares of a dataset: shard k of n owns the indices i with i mod n = k - 1. */
import { invalid } from "../../src/shared/errors.js";

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

export function shardIndices({ k, n }: Shard, start: number, count: number): number[] {
  const first = start + ((((k - 1 - start) % n) + n) % n);
  const own: number[] = [];
  for (let i = first; i < start + count; i += n) own.push(i);
  return own;
}
