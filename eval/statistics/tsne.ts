/**
 * t-SNE, exact, for some hundred points (van der Maaten and Hinton 2008): an illustration, no measurement. Distances
 * between groups, and their sizes, mean nothing in it.
 */

import { entropy } from "./vectors.js";

export interface TsneOptions {
  /** Effective number of neighbours; at most a third of the points is used. */
  perplexity?: number;
  iterations?: number;
}

const PERPLEXITY = 30;
const ITERATIONS = 500;
/** Attraction is exaggerated at first, so that groups can pass one another (section 3.4). */
const EXAGGERATION = 12;
const EXAGGERATED_ITERATIONS = 150;
/** Standard deviation of the start. */
const START_SCALE = 1e-4;

/**
 * Places points in the plane by their squared distances (row by row, n x n).
 * @param start a point each, such as the first principal components: no draw of chance is involved
 */
export function tsne(
  squared: Float64Array,
  start: readonly (readonly number[])[],
  { perplexity = PERPLEXITY, iterations = ITERATIONS }: TsneOptions = {},
): number[][] {
  const n = start.length;
  const p = jointProbabilities(squared, n, Math.min(perplexity, (n - 1) / 3));
  const y = scaledStart(start);
  const state = { velocity: new Float64Array(2 * n), gains: new Float64Array(2 * n).fill(1) };
  for (let step = 0; step < iterations; step++) {
    const early = step < EXAGGERATED_ITERATIONS;
    const gradient = tsneGradient(p, y, early ? EXAGGERATION : 1);
    descend(y, gradient, state, { rate: Math.max(n / EXAGGERATION / 4, 50), momentum: early ? 0.5 : 0.8 });
  }
  return Array.from({ length: n }, (_, i) => [y[2 * i]!, y[2 * i + 1]!]);
}

/** p_ij = (p_j|i + p_i|j) / 2n, each row's Gaussian as wide as the perplexity asks (equation 1 and section 3.1). */
export function jointProbabilities(squared: Float64Array, n: number, perplexity: number): Float64Array {
  const conditional = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    conditional.set(neighbours(squared.subarray(i * n, (i + 1) * n), i, perplexity), i * n);
  return conditional.map((value, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    return (value + conditional[j * n + i]!) / (2 * n);
  });
}

const BISECTIONS = 60;

/** p_j|i of one row, its precision found by bisection until the entropy is log(perplexity). */
function neighbours(squared: Float64Array, self: number, perplexity: number): Float64Array {
  const nearest = squared.reduce((least, d, j) => (j === self ? least : Math.min(least, d)), Infinity);
  let [low, high, beta] = [0, Infinity, 1];
  let row = new Float64Array(squared.length);
  for (let step = 0; step < BISECTIONS; step++) {
    row = gaussianRow(squared, self, nearest, beta);
    if (entropy(row) > Math.log(perplexity)) low = beta;
    else high = beta;
    beta = high === Infinity ? 2 * beta : (low + high) / 2;
  }
  return row;
}

function gaussianRow(
  squared: Float64Array,
  self: number,
  nearest: number,
  beta: number,
): Float64Array<ArrayBuffer> {
  const row = Float64Array.from(squared, (d, j) => (j === self ? 0 : Math.exp(-beta * (d - nearest))));
  const sum = row.reduce((a, b) => a + b, 0);
  return row.map((x) => x / sum);
}

/** KL(P || Q), q_ij from Student's t kernels of the points: what the placing minimises. */
export function tsneLoss(p: Float64Array, y: Float64Array): number {
  const n = y.length / 2;
  const { kernel, sum } = studentKernel(y);
  let loss = 0;
  for (let at = 0; at < n * n; at++) if (p[at]! > 0) loss += p[at]! * Math.log((p[at]! * sum) / kernel[at]!);
  return loss;
}

/** 4 Σ_j (p_ij - q_ij) (y_i - y_j) / (1 + |y_i - y_j|²) (equation 5), with p exaggerated. */
export function tsneGradient(p: Float64Array, y: Float64Array, exaggeration = 1): Float64Array {
  const n = y.length / 2;
  const { kernel, sum } = studentKernel(y);
  const gradient = new Float64Array(2 * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      const at = i * n + j;
      const force = 4 * (exaggeration * p[at]! - kernel[at]! / sum) * kernel[at]!;
      gradient[2 * i]! += force * (y[2 * i]! - y[2 * j]!);
      gradient[2 * i + 1]! += force * (y[2 * i + 1]! - y[2 * j + 1]!);
    }
  return gradient;
}

function studentKernel(y: Float64Array): { kernel: Float64Array; sum: number } {
  const n = y.length / 2;
  const kernel = new Float64Array(n * n);
  let sum = 0;
  for (let i = 0; i < n; i++)
    for (let j = i + 1; j < n; j++) {
      const value = 1 / (1 + (y[2 * i]! - y[2 * j]!) ** 2 + (y[2 * i + 1]! - y[2 * j + 1]!) ** 2);
      kernel[i * n + j] = value;
      kernel[j * n + i] = value;
      sum += 2 * value;
    }
  return { kernel, sum };
}

/** Gradient descent with momentum and Jacobs' gains, as in the authors' code. */
function descend(
  y: Float64Array,
  gradient: Float64Array,
  { velocity, gains }: { velocity: Float64Array; gains: Float64Array },
  { rate, momentum }: { rate: number; momentum: number },
): void {
  for (let k = 0; k < y.length; k++) {
    const sameWay = Math.sign(gradient[k]!) === Math.sign(velocity[k]!);
    gains[k] = Math.max(0.01, sameWay ? gains[k]! * 0.8 : gains[k]! + 0.2);
    velocity[k] = momentum * velocity[k]! - rate * gains[k]! * gradient[k]!;
    y[k]! += velocity[k]!;
  }
}

function scaledStart(start: readonly (readonly number[])[]): Float64Array {
  const spread = Math.sqrt(start.reduce((sum, [x]) => sum + x! ** 2, 0) / start.length) || 1;
  return Float64Array.from(
    start.flatMap(([x, y]) => [(START_SCALE * x!) / spread, (START_SCALE * y!) / spread]),
  );
}
