/** Estimates with their intervals: from hits per seed and image to the figures of a report. */
import type { Interval, Predictions } from "../../src/shared/types.js";
import { outcomes, sortedRows } from "../predictions/outcomes.js";
import type { SeedTable } from "./bootstrap.js";
import {
  type Bounds,
  newcombe,
  newcombePaired,
  type PairedCounts,
  percentileInterval,
  widened,
  wilson,
} from "./intervals.js";
import { mean } from "./mean.js";

/** A mean accuracy before its interval is known. `hits[s][i]` is 1 where seed s classifies image i correctly. */
export interface Estimate {
  seeds: number[];
  hits: Uint8Array[];
  /** One accuracy a seed. */
  values: number[];
  mean: number;
  /** Images of one seed; the fewest where seeds differ. */
  n: number;
}

/** An estimate with the means of its bootstrap replicates. */
export interface Resampled extends Estimate {
  replicates: Float64Array;
}

/** Hits of labelled predictions, one a seed; images in the order of their ids. */
export function estimate(seeds: number[], predictions: readonly Predictions[]): Estimate {
  return fromHits(
    seeds,
    predictions.map((p) => hitsOf(p)),
  );
}

/** The same for the images of one class alone: its mean is the recall. */
export function classEstimate(seeds: number[], predictions: readonly Predictions[], name: string): Estimate {
  return fromHits(
    seeds,
    predictions.map((p) => hitsOf({ ...p, rows: p.rows.filter((row) => row.label === name) })),
  );
}

/** As a table for the bootstrap; `images` names the set, so that estimates on the same images are drawn alike. */
export function bootstrapTable({ seeds, hits }: Estimate, images: string): SeedTable {
  return { seeds, rows: hits.map((values) => ({ images: `${images}/${values.length}`, values })) };
}

/** Mean accuracy: Wilson's interval for one seed, else the bootstrap's, never narrower than Wilson's at that mean. */
export function accuracyInterval(e: Resampled): Interval {
  const floor = wilson(e.mean, e.n);
  return interval(e.mean, e.n, e.values, bounds(e.replicates, floor, e.seeds.length, "Wilson"));
}

/** Sim-to-real gap G = source - target of the same weights: Newcombe's interval for one seed, else the bootstrap's. */
export function gapInterval(source: Resampled, target: Resampled): Interval {
  const values = source.values.map((value, s) => value - target.values[s]!);
  const floor = newcombe(source.mean, source.n, target.mean, target.n);
  const replicates = source.replicates.map((x, b) => x - target.replicates[b]!);
  const found = bounds(replicates, floor, source.seeds.length, "Newcombe");
  return interval(source.mean - target.mean, target.n, values, found);
}

/**
 * Difference a - b on the same images: the bootstrap's interval, never narrower than Newcombe's paired one at the mean
 * fourfold table. `values` has one difference per pair of runs.
 */
export function differenceInterval(a: Resampled, b: Resampled, runs: readonly RunPair[]): Interval {
  const replicates = a.replicates.map((x, i) => x - b.replicates[i]!);
  const found = widened(percentileInterval(replicates), newcombePaired(meanTable(a, b, runs)));
  return interval(
    a.mean - b.mean,
    a.n,
    runs.map(({ first, second }) => mean(first) - mean(second)),
    { ...found, method: atLeast("paired Newcombe") },
  );
}

/**
 * Gap closed GC = (A - A_source-only) / (A_oracle - A_source-only), never clipped; null where the interval of the
 * denominator contains 0. `values` divides each seed's gain by the mean denominator, so that their mean is the figure.
 */
export function gapClosedInterval(
  adapted: Resampled,
  sourceOnly: Resampled,
  oracle: Resampled,
): Interval | null {
  const denominators = oracle.replicates.map((x, b) => x - sourceOnly.replicates[b]!);
  const width = oracle.mean - sourceOnly.mean;
  const { low, high } = differenceInterval(oracle, sourceOnly, pairRuns(oracle, sourceOnly));
  if (low <= 0 && high >= 0) return null;
  const replicates = denominators.map((d, b) => (adapted.replicates[b]! - sourceOnly.replicates[b]!) / d);
  const values = pairRuns(adapted, sourceOnly).map(
    ({ first, second }) => (mean(first) - mean(second)) / width,
  );
  const figure = (adapted.mean - sourceOnly.mean) / width;
  return interval(figure, adapted.n, values, { ...percentileInterval(replicates), method: BOOTSTRAP });
}

/** Two arms' hits at one seed. */
export interface RunPair {
  seed: number;
  first: Uint8Array;
  second: Uint8Array;
}

/** Runs of the same seed; an arm with a single run, such as one without training, meets every run of the other. */
export function pairRuns(a: Estimate, b: Estimate): RunPair[] {
  const longer = a.seeds.length >= b.seeds.length ? a : b;
  return longer.seeds.flatMap((seed) => {
    const i = a.seeds.length === 1 ? 0 : a.seeds.indexOf(seed);
    const j = b.seeds.length === 1 ? 0 : b.seeds.indexOf(seed);
    return i < 0 || j < 0 ? [] : [{ seed, first: a.hits[i]!, second: b.hits[j]! }];
  });
}

const BOOTSTRAP = "two-way bootstrap";
const atLeast = (floor: string) => `${BOOTSTRAP}, not narrower than ${floor}`;

function fromHits(seeds: number[], hits: Uint8Array[]): Estimate {
  const values = hits.map(mean);
  return { seeds, hits, values, mean: mean(values), n: Math.min(...hits.map((h) => h.length)) };
}

function hitsOf(predictions: Predictions): Uint8Array {
  const rows = sortedRows(predictions.rows);
  return Uint8Array.from(outcomes({ ...predictions, rows }), (o) => Number(o.truth === o.predicted));
}

function bounds(
  replicates: Float64Array,
  floor: Bounds,
  seeds: number,
  name: string,
): Bounds & { method: string } {
  if (seeds === 1) return { ...floor, method: name };
  return { ...widened(percentileInterval(replicates), floor), method: atLeast(name) };
}

function interval(mean: number, n: number, values: number[], found: Bounds & { method: string }): Interval {
  return { mean, low: found.low, high: found.high, n, values, method: found.method };
}

/** Counts of both correct, one correct, neither, averaged over the pairs of runs, at the arms' own means without any. */
function meanTable(a: Resampled, b: Resampled, runs: readonly RunPair[]): PairedCounts {
  if (runs.length === 0) return independentTable(a, b);
  const tables = runs.map(({ first, second }) => fourfold(first, second));
  const average = (key: keyof PairedCounts) => mean(tables.map((t) => t[key]));
  return {
    both: average("both"),
    first: average("first"),
    second: average("second"),
    neither: average("neither"),
  };
}

function fourfold(first: Uint8Array, second: Uint8Array): PairedCounts {
  const table = { both: 0, first: 0, second: 0, neither: 0 };
  first.forEach((hit, i) => {
    table[hit ? (second[i] ? "both" : "first") : second[i] ? "second" : "neither"]++;
  });
  return table;
}

function independentTable(a: Estimate, b: Estimate): PairedCounts {
  const both = a.mean * b.mean * a.n;
  return {
    both,
    first: a.mean * a.n - both,
    second: b.mean * a.n - both,
    neither: (1 - a.mean) * (1 - b.mean) * a.n,
  };
}
