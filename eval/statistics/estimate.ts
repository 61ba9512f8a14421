/** Estimates with their intervals: from hits per seed and image to the figures of a report. */
import { groupBy } from "../../src/shared/group.js";
import type { Interval, Predictions } from "../../src/shared/types.js";
import { outcomes, sortedRows } from "../predictions/outcomes.js";
import {
  type CrossedSample,
  type CrossedTable,
  crossed,
  crossedContrast,
  crossedInterval,
  crossedP,
  crossedReach,
} from "./crossed.js";
import { fieller } from "./fieller.js";
import { type Bounds, newcombe, newcombePaired, type PairedCounts, widened, wilson } from "./intervals.js";
import { mean } from "./mean.js";

/** What is known of predictions beside their rows. */
export interface EstimateOptions {
  /** Whether every seed saw the same images, as of a target; false where each seed rendered its own. */
  shared: boolean;
  /** Whether no seed can change them, as without training: then one run stands for every seed. */
  untrained?: boolean;
}

/** A mean accuracy before its interval is known. `hits[s][i]` is 1 where seed s classifies image i correctly. */
export interface Estimate extends EstimateOptions {
  seeds: number[];
  hits: Uint8Array[];
  /** One accuracy a seed. */
  values: number[];
  mean: number;
  /** Images of one seed; the fewest where seeds differ. */
  n: number;
}

/** Hits of labelled predictions, one a seed; images in the order of their ids. */
export function estimate(
  seeds: number[],
  predictions: readonly Predictions[],
  options: EstimateOptions,
): Estimate {
  return fromHits(seeds, predictions.map(hitsOf), options);
}

/** The same for the images of one class alone: its mean is the recall. */
export function classEstimate(
  seeds: number[],
  predictions: readonly Predictions[],
  options: EstimateOptions & { name: string },
): Estimate {
  const ofClass = predictions.map((p) => ({
    ...p,
    rows: p.rows.filter((row) => row.label === options.name),
  }));
  return estimate(seeds, ofClass, options);
}

/** Mean accuracy: Wilson's interval for one seed, else the crossed one, never narrower than Wilson's at that mean. */
export function accuracyInterval(e: Estimate): Interval {
  const floor = wilson(e.mean, e.n);
  if (e.seeds.length === 1) return interval(e, { ...floor, method: WILSON });
  const plain = crossedInterval(crossed({ values: e.values, shared: e.shared ? [e.hits] : [] }));
  return interval(e, notNarrower(clipped(plain, 0), floor, WILSON));
}

/**
 * Sim-to-real gap G = source - target of the same weights: Newcombe's interval for one seed, else the crossed one. The
 * noise of renders of each seed's own is in the seeds' gaps already.
 */
export function gapInterval(source: Estimate, target: Estimate): Interval {
  const values = source.values.map((value, s) => value - target.values[s]!);
  const figure = { mean: source.mean - target.mean, n: target.n, values };
  if (values.length === 1)
    return interval(figure, {
      ...newcombe(source.mean, source.n, target.mean, target.n),
      method: "Newcombe",
    });
  const shared = [source, target].filter((e) => e.shared).map((e) => e.hits);
  return interval(figure, { ...clipped(crossedInterval(crossed({ values, shared })), -1), method: CROSSED });
}

/** Two arms' hits at one seed; of several draws of labels at one seed, their mean counts. */
export interface RunPair {
  seed: number;
  first: Uint8Array;
  second: Uint8Array;
}

/** Runs of the same seed; an arm that nothing trained meets every run of the other with its one. */
export function pairRuns(a: Estimate, b: Estimate): RunPair[] {
  const longer = a.seeds.length >= b.seeds.length ? a : b;
  return longer.seeds.flatMap((seed) => {
    const [first, second] = [hitsAt(a, seed), hitsAt(b, seed)];
    return first && second ? [{ seed, first, second }] : [];
  });
}

/** Mean discordant images a seed below which no variance can be trusted. */
const FEW_DISCORDANT = 3;

/**
 * Difference first - second on the same images: Newcombe's paired interval for one seed, else the crossed one, not
 * narrower than Newcombe's where the arms hardly ever disagree. `p` is of the crossed variance, null for one seed.
 * @param runs at least one pair
 */
export function pairedDifference(runs: readonly RunPair[]): { difference: Interval; p: number | null } {
  const sample = differences(runs);
  const figure = { mean: mean(sample.values), n: runs[0]!.first.length, values: sample.values };
  const table = meanTable(runs);
  const floor = newcombePaired(table);
  if (sample.values.length === 1)
    return { difference: interval(figure, { ...floor, method: PAIRED_NEWCOMBE }), p: null };
  const found = crossed(sample);
  const plain = clipped(crossedInterval(found), -1);
  const bounds = disagreeRarely(table)
    ? notNarrower(plain, floor, PAIRED_NEWCOMBE)
    : { ...plain, method: CROSSED };
  return { difference: interval(figure, bounds), p: crossedP(found) };
}

const disagreeRarely = ({ first, second }: PairedCounts): boolean => first + second < FEW_DISCORDANT;

/**
 * The smallest difference between two arms that could have been shown, given how much theirs varies over seeds and
 * images: the reach of the crossed interval, or of Newcombe's where that has its say. Null for one seed, which decides
 * nothing. A true difference of this size is shown about every other time.
 * @param runs at least one pair
 * @param tests in the family, which Holm's first step divides alpha by
 */
export function smallestShown(runs: readonly RunPair[], tests = 1): number | null {
  const sample = differences(runs);
  if (sample.values.length < 2) return null;
  const reach = crossedReach(crossed(sample), 0.05 / tests);
  const table = meanTable(runs);
  if (!disagreeRarely(table)) return reach;
  const { low, high } = newcombePaired(table);
  return Math.max(reach, (high - low) / 2);
}

/**
 * Gap closed GC = (A - A_source-only) / (A_oracle - A_source-only), never clipped, with Fieller's interval from the
 * crossed variances and their covariance; null where the interval of the denominator contains 0, and for fewer than two
 * seeds. `values` divides each seed's gain by the mean denominator, so
 * that their mean is the figure.
 */
export function gapClosedInterval(
  adapted: Estimate,
  sourceOnly: Estimate,
  oracle: Estimate,
): Interval | null {
  const [gains, widths] = commonSeeds(pairRuns(adapted, sourceOnly), pairRuns(oracle, sourceOnly));
  if (gains.length < 2 || holdsZero(pairedDifference(widths).difference)) return null;
  const [gain, width] = [differences(gains), differences(widths)];
  const values = gain.values.map((x) => x / mean(width.values));
  const figure = { mean: mean(values), n: adapted.n, values };
  const found = fieller(crossedContrast(gain, width), figure.mean);
  return found && interval(figure, { ...found, method: "Fieller, crossed" });
}

const WILSON = "Wilson";
const PAIRED_NEWCOMBE = "paired Newcombe";
const CROSSED = "crossed";

type NamedBounds = Bounds & { method: string };

function fromHits(seeds: number[], hits: Uint8Array[], { shared, untrained }: EstimateOptions): Estimate {
  const values = hits.map(mean);
  const n = Math.min(...hits.map((h) => h.length));
  return { seeds, hits, values, mean: mean(values), n, shared, untrained };
}

/** 1 for each image that is classified correctly, else 0, in the order of the ids. @throws bad input for a missing label */
export function hitsOf(predictions: Predictions): Uint8Array {
  const rows = sortedRows(predictions.rows);
  return Uint8Array.from(outcomes({ ...predictions, rows }), (o) => Number(o.truth === o.predicted));
}

const hitsAt = ({ seeds, hits, untrained }: Estimate, seed: number): Uint8Array | undefined =>
  hits[seeds.indexOf(seed)] ?? (untrained ? hits[0] : undefined);

/** Differences of hits, a row a seed, and their mean a seed. */
function differences(runs: readonly RunPair[]): CrossedSample & { values: number[] } {
  const table: CrossedTable = groupBy(runs, ({ seed }) => String(seed)).map(meanDifference);
  return { values: table.map(mean), shared: [table] };
}

const meanDifference = (runs: readonly RunPair[]): Float64Array =>
  Float64Array.from(
    runs[0]!.first,
    (_, i) => runs.reduce((sum, { first, second }) => sum + first[i]! - second[i]!, 0) / runs.length,
  );

function commonSeeds(a: readonly RunPair[], b: readonly RunPair[]): [RunPair[], RunPair[]] {
  const within = (own: readonly RunPair[], other: readonly RunPair[]) =>
    own.filter(({ seed }) => other.some((run) => run.seed === seed));
  return [within(a, b), within(b, a)];
}

/** Whether an interval leaves open on which side of 0 its figure lies. */
export const holdsZero = ({ low, high }: Bounds): boolean => low <= 0 && high >= 0;

/** No accuracy lies above 1, and no difference of two beyond. */
const clipped = ({ low, high }: Bounds, least: 0 | -1): Bounds => ({
  low: Math.max(least, low),
  high: Math.min(1, high),
});

function notNarrower(plain: Bounds, floor: Bounds, name: string): NamedBounds {
  const wide = widened(plain, floor);
  const same = wide.low === plain.low && wide.high === plain.high;
  return { ...wide, method: same ? CROSSED : `${CROSSED}, widened to ${name}` };
}

function interval(
  { mean, n, values }: Pick<Interval, "mean" | "n" | "values">,
  { low, high, method }: NamedBounds,
): Interval {
  return { mean, low, high, n, values, method };
}

/** Counts of both correct, one correct, neither, averaged over the pairs of runs. */
function meanTable(runs: readonly RunPair[]): PairedCounts {
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
