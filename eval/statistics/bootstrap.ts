/**
 * The two-way bootstrap: seeds and images are resampled together. Tables that share seeds or images see the same draws
 * in every replicate, so that differences and ratios of their replicate means are paired.
 */
import { stream } from "../../src/shared/rng.js";

/** One seed's value per image, such as 1 where its prediction is correct. */
export interface ImageRow {
  /** Which images these are; rows of one key are drawn with the same indices and must have the same length. */
  images: string;
  values: ArrayLike<number>;
}

/** `rows[i]` belongs to `seeds[i]`. Tables with the same seeds are drawn with the same seed indices. */
export interface SeedTable {
  seeds: readonly number[];
  rows: readonly ImageRow[];
}

/** How often is drawn, and from which seed. */
export interface BootstrapOptions {
  /** B, at least 1; 10,000 by default. */
  replicates?: number;
  /** Of the draws; 0 by default. */
  seed?: number;
}

export const DEFAULT_REPLICATES = 10_000;

/**
 * For each table, its mean in every bootstrap replicate: one array of B means a table (Efron and Tibshirani 1993, ch. 6,
 * over seeds and images at once).
 * @param tables S rows of n values each; tables may differ in S and n
 * @throws RangeError for rows of one key that differ in length
 */
export function bootstrapMeans(
  tables: readonly SeedTable[],
  { replicates = DEFAULT_REPLICATES, seed = 0 }: BootstrapOptions = {},
): Float64Array[] {
  const out = tables.map(() => new Float64Array(replicates));
  const images = imageDraws(tables, seed);
  const seeds = seedDraws(tables, seed);
  for (let b = 0; b < replicates; b++) {
    for (const draw of [...images.values(), ...seeds.values()]) draw.redraw();
    tables.forEach((table, t) => {
      out[t]![b] = replicateMean(table, images, seeds.get(seedKey(table))!);
    });
  }
  return out;
}

/** How often each of n things was drawn in this replicate, n draws with replacement. */
class Draw {
  readonly counts: Float64Array;
  constructor(
    n: number,
    private readonly next: () => number,
  ) {
    this.counts = new Float64Array(n);
  }

  redraw(): void {
    const { counts, next } = this;
    counts.fill(0);
    for (let i = 0; i < counts.length; i++) counts[Math.floor(next() * counts.length)]! += 1;
  }
}

function imageDraws(tables: readonly SeedTable[], seed: number): Map<string, Draw> {
  const draws = new Map<string, Draw>();
  for (const { images, values } of tables.flatMap((t) => t.rows)) {
    const known = draws.get(images);
    if (!known) draws.set(images, new Draw(values.length, stream(seed, "bootstrap", "images", images).next));
    else if (known.counts.length !== values.length)
      throw new RangeError(`bootstrap: rows of "${images}" differ in length`);
  }
  return draws;
}

function seedDraws(tables: readonly SeedTable[], seed: number): Map<string, Draw> {
  const draws = new Map<string, Draw>();
  for (const table of tables) {
    const key = seedKey(table);
    if (!draws.has(key))
      draws.set(key, new Draw(table.seeds.length, stream(seed, "bootstrap", "seeds", key).next));
  }
  return draws;
}

function replicateMean({ rows }: SeedTable, images: Map<string, Draw>, seeds: Draw): number {
  let sum = 0;
  rows.forEach((row, s) => {
    const times = seeds.counts[s]!;
    if (times > 0) sum += times * weightedMean(row.values, images.get(row.images)!.counts);
  });
  return sum / rows.length;
}

function weightedMean(values: ArrayLike<number>, counts: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < counts.length; i++) sum += counts[i]! * values[i]!;
  return sum / counts.length;
}

const seedKey = ({ seeds }: SeedTable): string => seeds.join(",");
