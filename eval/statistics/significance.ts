/** Paired significance: the exact McNemar test, and Holm's correction over a family of tests. */

/**
 * Exact two-sided McNemar test (McNemar 1947; binomial form): p = min(1, 2 Σ_{i ≤ min(b,c)} C(m,i) / 2^m), m = b + c.
 * @param b images that only the first classifier gets correct
 * @param c images that only the second gets correct
 * @returns p in (0, 1]
 */
export function exactMcNemar(b: number, c: number): number {
  const m = b + c;
  // Logarithms keep 2^m in range.
  let logTerm = -m * Math.LN2;
  let tail = 0;
  for (let i = 0; i <= Math.min(b, c); i++) {
    tail += Math.exp(logTerm);
    logTerm += Math.log((m - i) / (i + 1));
  }
  return Math.min(1, 2 * tail);
}

/**
 * Discordant counts of two classifiers on the same images, in the same order.
 * @param first n values, 1 where the first is correct, else 0; as many in `second`
 */
export function discordant(first: ArrayLike<number>, second: ArrayLike<number>): { b: number; c: number } {
  let b = 0;
  let c = 0;
  for (let i = 0; i < first.length; i++) {
    if (first[i]! > second[i]!) b++;
    if (first[i]! < second[i]!) c++;
  }
  return { b, c };
}

/**
 * Holm's (1979) step-down adjusted p-values, in the order given.
 * @param p of all tests of the family
 * @returns in [0, 1], none below its own p
 */
export function holm(p: readonly number[]): number[] {
  const order = p.map((_, i) => i).sort((i, j) => p[i]! - p[j]!);
  const adjusted = new Array<number>(p.length);
  let largest = 0;
  order.forEach((i, rank) => {
    largest = Math.max(largest, Math.min(1, (p.length - rank) * p[i]!));
    adjusted[i] = largest;
  });
  return adjusted;
}
