/** What renders are worth in labelled photographs. */
import { stream } from "../../src/shared/rng.js";
import { isotonic } from "./isotonic.js";
import { mean } from "./mean.js";

/** 1 where an image is classified correctly, images in one order throughout. */
export type Hits = ArrayLike<number>;

/** One seed: what renders alone reach, and photographs alone after every draw of k labels a class. */
export interface WorthSeed {
  renders: Hits;
  /** `photographs[i][draw]` at `ks[i]`; draws are nested, so the same draw belongs together where counts are equal. */
  photographs: readonly (readonly Hits[])[];
}

/** Labels a class; `beyond` where the value lies below or above every k that was measured, `k` then being the nearest. */
export interface Labels {
  k: number;
  beyond: "below" | "above" | null;
}

/** The worth with its 95 % interval. */
export interface Worth {
  estimate: Labels;
  low: Labels;
  high: Labels;
}

const REPLICATES = 2000;

/**
 * The number of labelled photographs a class at which training on photographs alone reaches what renders alone reach:
 * an isotonic fit of mean accuracy on log2 k, linear between, inverted. The interval is of percentiles over replicates in
 * which seeds, label draws and images are resampled together, and everything is fitted anew.
 * @param ks labels a class, rising
 */
export function worth(ks: readonly number[], seeds: readonly WorthSeed[], replicates = REPLICATES): Worth {
  const { next } = stream(0, "worth");
  const logs = Array.from({ length: replicates }, () => replicate(ks, seeds, next)).sort((a, b) => a - b);
  const images = seeds[0]!.renders.length;
  const once = { seeds: seeds.map(() => 1), images: new Float64Array(images).fill(1), draws: null };
  return {
    estimate: labels(inverted(ks, seeds, once), ks),
    low: labels(quantile(logs, 0.025), ks),
    high: labels(quantile(logs, 0.975), ks),
  };
}

/** How often each seed and image was drawn, and which draws of each seed; null takes each once. */
interface Resample {
  seeds: ArrayLike<number>;
  images: Float64Array;
  draws: readonly number[][] | null;
}

function replicate(ks: readonly number[], seeds: readonly WorthSeed[], next: () => number): number {
  const most = Math.max(...seeds.flatMap(({ photographs }) => photographs.map(({ length }) => length)));
  return inverted(ks, seeds, {
    seeds: counts(seeds.length, next),
    images: counts(seeds[0]!.renders.length, next),
    draws: seeds.map(() => Array.from({ length: most }, () => Math.floor(next() * most))),
  });
}

/** Of n things, how often each is drawn in n draws with replacement. */
function counts(n: number, next: () => number): Float64Array {
  const times = new Float64Array(n);
  for (let i = 0; i < n; i++) times[Math.floor(next() * n)]! += 1;
  return times;
}

/** log2 k where the fitted curve reaches the renders; an infinity where it does so beyond every k. */
function inverted(ks: readonly number[], seeds: readonly WorthSeed[], resample: Resample): number {
  const over = (value: (seed: WorthSeed, s: number) => number): number => {
    const values = seeds.map((seed, s) => (resample.seeds[s]! > 0 ? resample.seeds[s]! * value(seed, s) : 0));
    return mean(values); // as many draws as there are seeds
  };
  const reached = over(({ renders }) => weighted(renders, resample.images));
  const curve = ks.map((_, i) =>
    over(({ photographs }, s) => accuracyOf(photographs[i]!, resample.images, resample.draws?.[s])),
  );
  return crossing(ks.map(Math.log2), isotonic(curve), reached);
}

/** Over the draws of a seed at one k. Where there are fewer of them, as of all labels, they come round again. */
function accuracyOf(hits: readonly Hits[], images: Float64Array, drawn?: readonly number[]): number {
  const each = hits.map((one) => weighted(one, images));
  return drawn ? mean(drawn.map((draw) => each[draw % each.length]!)) : mean(each);
}

function weighted(hits: Hits, times: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < times.length; i++) sum += times[i]! * hits[i]!;
  return sum / times.length;
}

/** The first x at which a rising curve through the points reaches a value. */
function crossing(xs: readonly number[], ys: readonly number[], value: number): number {
  const at = ys.findIndex((y) => y >= value);
  if (at < 0) return Number.POSITIVE_INFINITY;
  if (at === 0) return ys[0] === value ? xs[0]! : Number.NEGATIVE_INFINITY;
  const share = (value - ys[at - 1]!) / (ys[at]! - ys[at - 1]!);
  return xs[at - 1]! + share * (xs[at]! - xs[at - 1]!);
}

/** Of sorted values, infinities among them: the smallest that a share of them does not exceed. */
const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))]!;

function labels(log: number, ks: readonly number[]): Labels {
  if (log === Number.NEGATIVE_INFINITY) return { k: ks[0]!, beyond: "below" };
  if (log === Number.POSITIVE_INFINITY) return { k: ks.at(-1)!, beyond: "above" };
  return { k: 2 ** log, beyond: null };
}
