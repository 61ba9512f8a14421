/** Small operations on vectors that several statistics share. */

/** Σ a_i b_i of two vectors of one length. */
export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** Length of a vector, 1 in place of 0, so that it may be divided by. */
export const lengthOf = (a: ArrayLike<number>): number => Math.sqrt(dot(a, a)) || 1;

/** H(p) = -Σ p log p, in nats. */
export function entropy(p: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < p.length; i++) if (p[i]! > 0) sum -= p[i]! * Math.log(p[i]!);
  return sum;
}

/** exp(x_i) / Σ exp(x_j), without overflow. */
export function softmax(logits: readonly number[]): number[] {
  const top = Math.max(...logits);
  const weights = logits.map((x) => Math.exp(x - top));
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((w) => w / sum);
}
