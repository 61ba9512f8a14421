/**
 * Distances between two domains' features, each beside its floor: the same measure between two halves of the real
 * set. A distance is worth mentioning as far as it stands above its floor.
 */
import { type Stream, stream } from "../../src/shared/rng.js";
import {
  columnScale,
  type Features,
  gram,
  squaredDistances,
  stackRows,
  standardised,
  takeRows,
} from "./features.js";
import { quantile } from "./intervals.js";
import { decisionValues, fitLogistic } from "./logistic.js";

/** By which draws distances are measured. */
export interface SampleOptions {
  /** Of folds, halves and permutations; 0 by default. */
  seed?: number;
}

/** How far two domains lie apart, each measure beside its floor. */
export interface DomainDistances {
  /** Proxy A-distance, in [0, 2]. */
  proxyA: { value: number; floor: number };
  /** Unbiased MMD², around 0 for equal domains and possibly below, with its permutation p. */
  mmd2: MmdTest & { floor: number; floorP: number };
  /** Kernel distance; not comparable with Inception KID. */
  kernel: { value: number; floor: number };
}

/**
 * All distances between renders and photographs of the same backbone's features, each beside its floor.
 * @param synthetic n x d features
 * @param real m x d features; n and m at least 10, so that halves still make five folds
 * @throws RangeError for features of different widths
 */
export function domainDistances(
  synthetic: Features,
  real: Features,
  options: SampleOptions = {},
): DomainDistances {
  const [half, other] = halves(real, options.seed ?? 0);
  const floor = mmdTest(half, other, options);
  return {
    proxyA: {
      value: proxyADistance(synthetic, real, options),
      floor: proxyADistance(half, other, options),
    },
    mmd2: { ...mmdTest(synthetic, real, options), floor: floor.mmd2, floorP: floor.p },
    kernel: { value: kernelDistance(synthetic, real), floor: kernelDistance(half, other) },
  };
}

const FOLDS = 5;

/**
 * Proxy A-distance (Ben-David et al. 2007): d = 2 (1 - 2ε), ε the 5-fold error of an L2-logistic domain classifier on
 * as many rows of either side, columns standardised on each fold's training rows. Clamped to [0, 2].
 * @param a n x d features
 * @param b m x d features; n and m at least 5
 */
export function proxyADistance(a: Features, b: Features, { seed = 0 }: SampleOptions = {}): number {
  const n = Math.min(a.rows, b.rows);
  const draw = stream(seed, "proxy-a-distance");
  const x = stackRows(balanced(a, n, draw), balanced(b, n, draw));
  const y = Array.from({ length: 2 * n }, (_, i) => (i < n ? 1 : -1));
  // Rows are shuffled within a side, so that i mod 5 makes stratified folds.
  return aDistance(crossValidatedError(x, y, (i) => (i % n) % FOLDS));
}

/** Share of wrong rows when each fold is classified by a model of the others. */
export function crossValidatedError(
  x: Features,
  y: readonly number[],
  foldOf: (row: number) => number,
): number {
  const rows = y.map((_, i) => i);
  let wrong = 0;
  for (let fold = 0; fold < FOLDS; fold++) {
    const inside = rows.filter((i) => foldOf(i) === fold);
    const outside = rows.filter((i) => foldOf(i) !== fold);
    wrong += errors(x, y, outside, inside);
  }
  return wrong / rows.length;
}

/** Squared maximum mean discrepancy with its permutation test. */
export interface MmdTest {
  mmd2: number;
  /** Share of permutations with at least this MMD², the observed one counted among them. */
  p: number;
  /** The Gaussian kernel's σ: the median distance of all pairs. */
  bandwidth: number;
}

const PERMUTATIONS = 500;

/**
 * Unbiased MMD² (Gretton et al. 2012, eq. 3) with the kernel exp(-‖x - y‖² / 2σ²), σ the median distance of the
 * pooled sample, and a permutation test of equality.
 * @param a n x d features
 * @param b m x d features; n and m at least 2
 * @param permutations how many; p is at least 1 / (permutations + 1)
 */
export function mmdTest(
  a: Features,
  b: Features,
  { seed = 0, permutations = PERMUTATIONS }: SampleOptions & { permutations?: number } = {},
): MmdTest {
  const squared = squaredDistances(stackRows(a, b));
  const bandwidth = medianDistance(squared, a.rows + b.rows);
  const kernel = squared.map((d) => Math.exp(-d / (2 * bandwidth ** 2)));
  const sides = Uint8Array.from({ length: a.rows + b.rows }, (_, i) => Number(i >= a.rows));
  const mmd2 = unbiasedMmd2(kernel, sides);
  const draw = stream(seed, "mmd");
  let atLeast = 1;
  for (let k = 0; k < permutations; k++)
    if (unbiasedMmd2(kernel, Uint8Array.from(draw.shuffle([...sides]))) >= mmd2) atLeast++;
  return { mmd2, p: atLeast / (permutations + 1), bandwidth };
}

/**
 * Kernel distance: unbiased MMD² with k(x, y) = (x·y/d + 1)³, as in KID (Bińkowski et al. 2018) but on the
 * backbone's own features. Around 0 for equal domains, and possibly below.
 * @param a n x d features
 * @param b m x d features; n and m at least 2
 */
export function kernelDistance(a: Features, b: Features): number {
  const kernel = gram(stackRows(a, b)).map((product) => (product / a.columns + 1) ** 3);
  const sides = Uint8Array.from({ length: a.rows + b.rows }, (_, i) => Number(i >= a.rows));
  return unbiasedMmd2(kernel, sides);
}

/** Two random halves of a sample. */
export function halves(features: Features, seed: number): [Features, Features] {
  const order = stream(seed, "halves").shuffle(Array.from({ length: features.rows }, (_, i) => i));
  const middle = Math.floor(features.rows / 2);
  return [takeRows(features, order.slice(0, middle)), takeRows(features, order.slice(middle, 2 * middle))];
}

/** Σ over pairs of different rows: mean within either side, minus twice the mean across. */
function unbiasedMmd2(kernel: Float64Array, sides: Uint8Array): number {
  const n = sides.length;
  const sums = [0, 0, 0];
  for (let i = 0; i < n; i++)
    for (let j = i + 1; j < n; j++) sums[sides[i]! + sides[j]!]! += kernel[i * n + j]!;
  const ones = sides.reduce((sum, side) => sum + side, 0);
  const zeros = n - ones;
  const pairs = (k: number) => (k * (k - 1)) / 2;
  return sums[0]! / pairs(zeros) + sums[2]! / pairs(ones) - (2 * sums[1]!) / (zeros * ones);
}

function medianDistance(squared: Float64Array, rows: number): number {
  const upper: number[] = [];
  for (let i = 0; i < rows; i++) for (let j = i + 1; j < rows; j++) upper.push(squared[i * rows + j]!);
  return Math.sqrt(quantile(Float64Array.from(upper).sort(), 0.5)) || 1;
}

function balanced(features: Features, n: number, draw: Stream): Features {
  return takeRows(features, draw.shuffle(Array.from({ length: features.rows }, (_, i) => i)).slice(0, n));
}

function errors(x: Features, y: readonly number[], train: number[], test: number[]): number {
  const known = takeRows(x, train);
  const scale = columnScale(known);
  const model = fitLogistic(
    standardised(known, scale),
    train.map((i) => y[i]!),
  );
  const decisions = decisionValues(model, standardised(takeRows(x, test), scale));
  return test.filter((i, at) => y[i]! * decisions[at]! <= 0).length;
}

const aDistance = (error: number): number => Math.min(2, Math.max(0, 2 * (1 - 2 * error)));
