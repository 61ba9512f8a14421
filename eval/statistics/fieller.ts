/** The interval of a ratio of two means that vary together. */
import type { Bounds } from "./intervals.js";

/** Two means with their variances and their covariance. */
export interface RatioMoments {
  numerator: number;
  denominator: number;
  numeratorVariance: number;
  denominatorVariance: number;
  covariance: number;
}

/**
 * Fieller's (1954) interval: every ratio r at which numerator - r denominator is not further than `reach` standard
 * errors from 0.
 * @param reach quantile of Student's t
 * @returns null where that set has no end, because the denominator is not told from 0
 */
export function fieller(moments: RatioMoments, reach: number): Bounds | null {
  const { numerator, denominator, numeratorVariance, denominatorVariance } = moments;
  const t2 = reach * reach;
  const a = denominator ** 2 - t2 * denominatorVariance;
  if (a <= 0) return null;
  const b = numerator * denominator - t2 * possible(moments);
  const c = numerator ** 2 - t2 * numeratorVariance;
  const root = Math.sqrt(Math.max(0, b * b - a * c));
  return { low: (b - root) / a, high: (b + root) / a };
}

/** Variances that were raised to a floor may leave a covariance larger than theirs allow. */
function possible({ covariance, numeratorVariance, denominatorVariance }: RatioMoments): number {
  const largest = Math.sqrt(numeratorVariance * denominatorVariance);
  return Math.max(-largest, Math.min(largest, covariance));
}
