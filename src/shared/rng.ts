/**
 * Named random streams. Every draw of antbee comes from `stream(seed, ...path)`, and each path is a stream of its
 * own: adding, removing or reordering one randomizer, sharding or resuming cannot change another's draws.
 */
import seedrandom from "seedrandom";

/** A stream of draws of its own. */
export interface Stream {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform in [low, high). */
  uniform(low: number, high: number): number;
  /** Gaussian with the given mean and standard deviation. */
  normal(mean: number, std: number): number;
  /** A whole number in [0, n). */
  integer(n: number): number;
  /** One of `items`, by optional non-negative weights of a positive sum. */
  pick<T>(items: readonly T[], weights?: readonly number[]): T;
  /** A shuffled copy (Fisher-Yates). */
  shuffle<T>(items: readonly T[]): T[];
}

/** A stream that depends on the seed and the path alone: `stream(seed, index, "camera.elevation")`. 0 is a seed. */
export function stream(seed: number, ...path: (string | number)[]): Stream {
  const next = seedrandom([seed, ...path].join("/"));
  return {
    next,
    uniform: (low, high) => low + (high - low) * next(),
    normal: (mean, std) => mean + std * gaussian(next),
    integer: (n) => Math.floor(next() * n),
    pick: (items, weights) => pick(items, weights, next()),
    shuffle: (items) => shuffle(items, next),
  };
}

/** Box and Muller's transform; one of the pair is enough, so that a draw never depends on the one before. */
function gaussian(next: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}

function pick<T>(items: readonly T[], weights: readonly number[] | undefined, u: number): T {
  if (!weights) return items[Math.floor(u * items.length)]!;
  let rest = u * weights.reduce((sum, w) => sum + w, 0);
  for (let i = 0; i < items.length; i++) {
    rest -= weights[i]!;
    if (rest < 0) return items[i]!;
  }
  return items[weights.findLastIndex((w) => w > 0)]!;
}

function shuffle<T>(items: readonly T[], next: () => number): T[] {
  const out = [...items];
  for (let i = out.length - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1));
    [out[i], out[j]] = [out[j]!, out[i]!];
  }
  return out;
}
