/**
 * One estimate over seeds and photographs at once, in closed form: two-way clustering (Cameron, Gelbach and Miller, J.
 * Bus. Econ. Stat. 29:238, 2011) of a mean, with Satterthwaite's degrees of freedom. Seeds are crossed with the
 * photographs that they share, so that neither is taken for more of the other.
 */
import type { Bounds } from "./intervals.js";
import { mean } from "./mean.js";
import { studentP, studentReach } from "./student.js";

/** A statistic, such as hits or differences of hits: `table[s][i]` of seed s at image i. */
export type CrossedTable = readonly ArrayLike<number>[];

/** What an estimate is made of. */
export interface CrossedSample {
  /** x_s, one statistic a seed, S at least 2; their mean is the figure. */
  values: ArrayLike<number>;
  /** S rows a set of images that the seeds share; the noise of images of each seed's own is in `values` already. */
  shared: readonly CrossedTable[];
}

/** A mean over S seeds, its variance V and degrees of freedom. */
export interface Crossed {
  mean: number;
  variance: number;
  df: number;
}

/**
 * V = A + B - C, never below A nor B: A = var_s(x_s)/S; B = var_i(image means)/n; C = residual variance/(S n), which A
 * and B both hold. df = V² / (A²/(S - 1) + B²/(n - 1)), at least S - 1.
 */
export function crossed(sample: CrossedSample): Crossed {
  return fromComponents(mean(sample.values), components(sample, sample), sizesOf(sample));
}

/**
 * The same of x - r y for any number r, without another look at the tables: A, B and C are quadratic in r.
 * @param x and y statistics of the same seeds on the same images
 */
export function crossedContrast(x: CrossedSample, y: CrossedSample): (r: number) => Crossed {
  const [xx, xy, yy] = [components(x, x), components(x, y), components(y, y)];
  const [meanX, meanY] = [mean(x.values), mean(y.values)];
  return (r) => {
    const at = (a: number, b: number, c: number) => a - 2 * r * b + r * r * c;
    const each = (part: "images" | "both") => xx[part].map((a, k) => at(a, xy[part][k]!, yy[part][k]!));
    const parts = {
      seeds: at(xx.seeds, xy.seeds, yy.seeds),
      images: each("images"),
      both: each("both"),
    };
    return fromComponents(meanX - r * meanY, parts, sizesOf(x));
  };
}

/** The interval at 95 %. */
export function crossedInterval(estimate: Crossed): Bounds {
  const reach = crossedReach(estimate);
  return { low: estimate.mean - reach, high: estimate.mean + reach };
}

/** How far from 0 a mean of this variance has to lie for p to fall to alpha. */
export const crossedReach = ({ variance, df }: Omit<Crossed, "mean">, alpha?: number): number =>
  studentReach(df, alpha) * Math.sqrt(variance);

/** Two-sided p of the hypothesis that the mean is 0, from the variance of the interval. */
export function crossedP({ mean, variance, df }: Crossed): number {
  return mean === 0 ? 1 : studentP(mean / Math.sqrt(variance), df);
}

interface Sizes {
  seeds: number;
  images: number[];
}

const sizesOf = ({ values, shared }: CrossedSample): Sizes => ({
  seeds: values.length,
  images: shared.map((table) => table[0]!.length),
});

function fromComponents(mean: number, { seeds, images, both }: Components, sizes: Sizes): Crossed {
  const variance = Math.max(seeds + sum(images) - sum(both), seeds, ...images);
  const least = sizes.seeds - 1;
  const spread = seeds ** 2 / least + sum(images.map((b, k) => b ** 2 / degrees(sizes.images[k]!)));
  const df = spread > 0 ? Math.max(least, variance ** 2 / spread) : least;
  return { mean, variance, df };
}

/** A, and a B and a C for each set of shared images; of two samples, the covariances in their place. */
interface Components {
  seeds: number;
  images: number[];
  both: number[];
}

function components(a: CrossedSample, b: CrossedSample): Components {
  const parts = a.shared.map((table, k) => imageParts(table, b.shared[k]!));
  return {
    seeds: covariance(a.values, b.values) / a.values.length,
    images: parts.map((part) => part.images),
    both: parts.map((part) => part.both),
  };
}

function imageParts(x: CrossedTable, y: CrossedTable): { images: number; both: number } {
  const seeds = x.length;
  const n = x[0]!.length;
  const [p, q] = [effects(x), effects(y)];
  let residuals = 0;
  for (let s = 0; s < seeds; s++)
    for (let i = 0; i < n; i++)
      residuals += (x[s]![i]! - p.seeds[s]! - p.images[i]!) * (y[s]![i]! - q.seeds[s]! - q.images[i]!);
  return {
    images: covariance(p.images, q.images) / n,
    both: residuals / ((seeds - 1) * degrees(n) * seeds * n),
  };
}

/** Means of the images, and what each seed adds to them. */
function effects(table: CrossedTable): { images: Float64Array; seeds: number[] } {
  const images = new Float64Array(table[0]!.length);
  for (const row of table) for (let i = 0; i < images.length; i++) images[i]! += row[i]! / table.length;
  const grand = mean(images);
  return { images, seeds: table.map((row) => mean(row) - grand) };
}

function covariance(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const [a, b] = [mean(x), mean(y)];
  let products = 0;
  for (let i = 0; i < x.length; i++) products += (x[i]! - a) * (y[i]! - b);
  return products / degrees(x.length);
}

/** A single image has no variance, not one that is unknown: the interval's floor speaks for it. */
const degrees = (n: number): number => Math.max(1, n - 1);

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
