/** The interval of a ratio of two means that vary together. */
import { type Crossed, crossedInterval } from "./crossed.js";
import type { Bounds } from "./intervals.js";

/**
 * Fieller's (J. R. Stat. Soc. B 16:175, 1954) interval: every ratio r, from the estimated one outwards, at which
 * numerator - r denominator is not told from 0. It holds 0 where the numerator's own interval does.
 * @param contrast the estimate of numerator - r denominator
 * @param start numerator over denominator
 * @returns null where it does not end: the denominator itself is not told from 0
 */
export function fieller(contrast: (r: number) => Crossed, start: number): Bounds | null {
  const keeps = (r: number) => {
    const { low, high } = crossedInterval(contrast(r));
    return low <= 0 && high >= 0;
  };
  const [low, high] = [end(keeps, start, -1), end(keeps, start, 1)];
  return low === null || high === null ? null : { low, high };
}

/** First step of the search and its last, in ratios; each is twice the one before. */
const STEPS = { first: 2 ** -6, last: 2 ** 40 };

/** Where the ratios that are kept end, to the last digits. */
function end(keeps: (r: number) => boolean, start: number, side: 1 | -1): number | null {
  let kept = start;
  for (let step = STEPS.first; step <= STEPS.last; step *= 2) {
    const next = start + side * step;
    if (!keeps(next)) return bisect(keeps, kept, next);
    kept = next;
  }
  return null;
}

function bisect(keeps: (r: number) => boolean, kept: number, dropped: number): number {
  const middle = (kept + dropped) / 2;
  if (middle === kept || middle === dropped) return kept;
  return keeps(middle) ? bisect(keeps, middle, dropped) : bisect(keeps, kept, middle);
}
