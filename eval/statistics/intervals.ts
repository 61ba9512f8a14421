/** Confidence intervals for proportions and their differences, at 95 %. */

/** Both ends of an interval. */
export interface Bounds {
  low: number;
  high: number;
}

const Z = 1.96;

/**
 * Wilson's (1927) score interval of a proportion.
 * @param p observed proportion in [0, 1]; it need not be a multiple of 1/n, as a mean over seeds is not
 * @param n images behind it, at least 1
 * @param z normal quantile; 1.96 for 95 %
 * @returns bounds in [0, 1] that hold p
 */
export function wilson(p: number, n: number, z = Z): Bounds {
  const centre = p + (z * z) / (2 * n);
  const half = z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  const scale = 1 + (z * z) / n;
  // At 0 and 1 a bound is exactly p, which rounding would miss.
  return {
    low: p === 0 ? 0 : Math.max(0, (centre - half) / scale),
    high: p === 1 ? 1 : Math.min(1, (centre + half) / scale),
  };
}

/**
 * Newcombe's hybrid score interval of p1 - p2 for independent samples
 * (Statistics in Medicine 17:873, 1998, method 10).
 * @param p1 proportion in [0, 1] of n1 images, and p2 of n2
 * @returns bounds in [-1, 1]
 */
export function newcombe(p1: number, n1: number, p2: number, n2: number): Bounds {
  return combine(p1, wilson(p1, n1), p2, wilson(p2, n2), 0);
}

/**
 * The fourfold table of two classifiers on the same images: both correct, only the first, only the second, neither.
 * Counts may be means over seeds.
 */
export interface PairedCounts {
  both: number;
  first: number;
  second: number;
  neither: number;
}

/**
 * Newcombe's square-and-add interval of p1 - p2 for paired samples (Statistics in Medicine 17:2635, 1998, method 10):
 * the correlation φ, its numerator lowered by n/2 down to 0 where it is positive, takes back what the pairing saves.
 * Bounds in [-1, 1].
 */
export function newcombePaired({ both, first, second, neither }: PairedCounts): Bounds {
  const n = both + first + second + neither;
  const p1 = (both + first) / n;
  const p2 = (both + second) / n;
  const margins = (both + first) * (second + neither) * (both + second) * (first + neither);
  const association = both * neither - first * second;
  const corrected = association > 0 ? Math.max(0, association - n / 2) : association;
  const phi = margins === 0 ? 0 : corrected / Math.sqrt(margins);
  return combine(p1, wilson(p1, n), p2, wilson(p2, n), phi);
}

/** The narrowest bounds that hold both. */
export function widened(a: Bounds, b: Bounds): Bounds {
  return { low: Math.min(a.low, b.low), high: Math.max(a.high, b.high) };
}

/** Linear interpolation between order statistics (Hyndman and Fan's type 7) of ascending values. */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  const at = (sorted.length - 1) * q;
  const below = Math.floor(at);
  const low = sorted[below]!;
  return low + (at - below) * ((sorted[below + 1] ?? low) - low);
}

function combine(p1: number, a: Bounds, p2: number, b: Bounds, phi: number): Bounds {
  const reach = (x: number, y: number) => Math.sqrt(Math.max(0, x * x - 2 * phi * x * y + y * y));
  const difference = p1 - p2;
  return {
    low: difference - reach(p1 - a.low, b.high - p2),
    high: difference + reach(a.high - p1, p2 - b.low),
  };
}
