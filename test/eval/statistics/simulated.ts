/**
 * Hits as probit models draw them: image i, seed s and their meeting each add a Gaussian part to a latent score, and an
 * image is right where the score is above 0. Then the mean accuracy over all seeds and images is known exactly.
 */
import library from "jstat";
import type { Estimate, EstimateOptions } from "../../../eval/statistics/estimate.js";
import { mean } from "../../../eval/statistics/mean.js";
import { stream } from "../../../src/shared/rng.js";

/** Latent variance of the images; what is left to 1 is noise of seed and image together. */
const OF_IMAGES = 0.6;

/** An estimate of seeds 0, 1, ... on images that they share, unless it is said otherwise. */
export function made(hits: Uint8Array[], options: Partial<EstimateOptions> = {}): Estimate {
  const values = hits.map(mean);
  return {
    seeds: hits.map((_, s) => s),
    hits,
    values,
    mean: mean(values),
    n: hits[0]!.length,
    shared: true,
    ...options,
  };
}

/** Draws, fast enough for a hundred million: mulberry32, started from a named stream. */
export interface Draws {
  uniform(): number;
  /** Standard Gaussian; both of a Box-Muller pair are used. */
  normal(): number;
}

export function draws(...path: (string | number)[]): Draws {
  let state = stream(0, ...path).integer(2 ** 32);
  let spare = Number.NaN;
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const normal = () => {
    const kept = spare;
    spare = Number.NaN;
    if (!Number.isNaN(kept)) return kept;
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
  return { uniform, normal };
}

/** Seeds as a mean latent score, and its standard deviation from one to another. */
interface Population {
  score: number;
  deviation: number;
}

/** The population of seeds whose accuracies have this mean and standard deviation. */
export function population(accuracy: number, seedSd: number): Population {
  const { normal } = library.jStat;
  // Accuracy of a seed is Φ(score + deviation z); over all seeds it is Φ(score / √(1 + deviation²)).
  const at = (deviation: number) => normal.inv(accuracy, 0, 1) * Math.hypot(1, deviation);
  const spread = (deviation: number) => {
    let squares = 0;
    for (let q = 0.5; q < 400; q++)
      squares += (normal.cdf(at(deviation) + deviation * normal.inv(q / 400, 0, 1), 0, 1) - accuracy) ** 2;
    return Math.sqrt(squares / 400);
  };
  let [low, high] = [0, 4];
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    if (spread(middle) < seedSd) low = middle;
    else high = middle;
  }
  return { score: at(low), deviation: low };
}

/** Hits of one arm on images that its seeds share; every seed's score moves by `deviation` standard Gaussians. */
export function sharedHits(
  { score, deviation }: Population,
  seeds: number,
  difficulties: Float64Array,
  { normal }: Draws,
): Uint8Array[] {
  const noise = Math.sqrt(1 - OF_IMAGES);
  return Array.from({ length: seeds }, () => {
    const own = score + deviation * normal();
    const hits = new Uint8Array(difficulties.length);
    for (let i = 0; i < hits.length; i++) hits[i] = Number(own + difficulties[i]! + noise * normal() > 0);
    return hits;
  });
}

/** The same on n images of each seed's own, which no other seed sees again. */
export function ownHits(
  { score, deviation }: Population,
  seeds: number,
  n: number,
  draws: Draws,
): Uint8Array[] {
  return Array.from({ length: seeds }, () => {
    const share = library.jStat.normal.cdf(score + deviation * draws.normal(), 0, 1);
    const hits = new Uint8Array(n);
    for (let i = 0; i < n; i++) hits[i] = Number(draws.uniform() < share);
    return hits;
  });
}

export const drawDifficulties = (n: number, { normal }: Draws): Float64Array =>
  Float64Array.from({ length: n }, () => Math.sqrt(OF_IMAGES) * normal());

/** Hits of one arm, seed by seed on the same images. */
export function simulateHits(of: {
  seeds: number;
  n: number;
  accuracy: number;
  /** In percentage points. */
  seedSd: number;
  seed: number;
}): Uint8Array[] {
  const own = draws("simulated", of.seed);
  return sharedHits(population(of.accuracy, of.seedSd / 100), of.seeds, drawDifficulties(of.n, own), own);
}
