/** Calibration: does a confidence of .9 mean an accuracy of .9? */
import { stream } from "../../src/shared/rng.js";
import type { Predictions } from "../../src/shared/types.js";
import { type Outcome, outcomes } from "../predictions/outcomes.js";
import { mean } from "./mean.js";
import { SMALLEST_PROBABILITY } from "./metrics.js";
import { softmax } from "./vectors.js";

/** One bin of a reliability diagram: confidences in (low, high]. */
export interface ReliabilityBin {
  low: number;
  high: number;
  n: number;
  /** Mean confidence, and accuracy, in [0, 1]; null in an empty bin. */
  confidence: number | null;
  accuracy: number | null;
}

export const CALIBRATION_BINS = 15;
const FLOOR_DRAWS = 1000;

/** What a calibration figure is made of: the probability of the predicted class, and 1 where it is the true one, else 0. */
export type Confidence = Pick<Outcome, "confidence"> & { correct: number };

/** Confidence and correctness of every row, in the order of the rows. @throws bad input for a row without a label */
export function confidences(predictions: Predictions): Confidence[] {
  return outcomes(predictions).map((o) => ({
    confidence: o.confidence,
    correct: Number(o.truth === o.predicted),
  }));
}

/** Equal-width bins of confidence over [0, 1], empty ones among them. @param bins at least 1 */
export function reliability(rows: readonly Confidence[], bins = CALIBRATION_BINS): ReliabilityBin[] {
  const members: Confidence[][] = Array.from({ length: bins }, () => []);
  for (const row of rows) members[binOf(row.confidence, bins)]!.push(row);
  return members.map((inside, i) => ({
    low: i / bins,
    high: (i + 1) / bins,
    n: inside.length,
    confidence: inside.length ? mean(inside.map((r) => r.confidence)) : null,
    accuracy: inside.length ? mean(inside.map((r) => r.correct)) : null,
  }));
}

/**
 * Expected calibration error (Guo et al. 2017, eq. 3): Σ_b (|B_b|/n) |acc_b - conf_b|, in [0, 1].
 * @param rows n of them; NaN of none
 */
export function expectedCalibrationError(rows: readonly Confidence[], bins = CALIBRATION_BINS): number {
  const gaps = new Float64Array(bins);
  for (const { confidence, correct } of rows) gaps[binOf(confidence, bins)]! += correct - confidence;
  return gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / rows.length;
}

/**
 * The ECE that a perfectly calibrated model with these confidences would show on this many images: the mean ECE when
 * each prediction is correct with its own confidence. In [0, 1].
 * @param draws sets of outcomes that are drawn
 */
export function calibrationFloor(
  rows: readonly Confidence[],
  { draws = FLOOR_DRAWS, seed = 0 } = {},
): number {
  const { next } = stream(seed, "calibration-floor");
  const drawn = Array.from({ length: draws }, () =>
    expectedCalibrationError(
      rows.map(({ confidence }) => ({ confidence, correct: Number(next() < confidence) })),
    ),
  );
  return mean(drawn);
}

/** A temperature and the data that it was fitted on. */
export interface Temperature {
  /** Above 1 softens, below 1 sharpens. In [1/20, 20]. */
  temperature: number;
  /** The data it was fitted on; never the data it is reported on. */
  fittedOn: string;
  /** Mean negative log likelihood on that data, before and after. */
  nll: { before: number; after: number };
}

const TEMPERATURE_LIMIT = 20;

/**
 * Temperature scaling (Guo et al. 2017, section 4.2): the T that minimises the NLL of softmax(log p / T).
 * @param fittedOn a name for this data, which must not be the data that is reported on
 * @throws bad input for a row without a label
 */
export function fitTemperature(predictions: Predictions, fittedOn: string): Temperature {
  const rows = outcomes(predictions);
  const nllAt = (logT: number) => temperedNll(rows, Math.exp(logT));
  const limit = Math.log(TEMPERATURE_LIMIT);
  const temperature = Math.exp(goldenSection(nllAt, -limit, limit));
  return { temperature, fittedOn, nll: { before: nllAt(0), after: nllAt(Math.log(temperature)) } };
}

/** The same predictions at another temperature, above 0: softmax(log p / T). The predicted classes stay the same. */
export function applyTemperature(predictions: Predictions, temperature: number): Predictions {
  return { ...predictions, rows: predictions.rows.map((r) => ({ ...r, p: tempered(r.p, temperature) })) };
}

function binOf(confidence: number, bins: number): number {
  return Math.max(0, Math.ceil(confidence * bins) - 1);
}

function temperedNll(rows: readonly Outcome[], temperature: number): number {
  return mean(
    rows.map(({ p, truth }) => -Math.log(Math.max(tempered(p, temperature)[truth]!, SMALLEST_PROBABILITY))),
  );
}

function tempered(p: readonly number[], temperature: number): number[] {
  return softmax(p.map((x) => Math.log(Math.max(x, SMALLEST_PROBABILITY)) / temperature));
}

const GOLDEN = (Math.sqrt(5) - 1) / 2;
const GOLDEN_STEPS = 60;

/** Minimum of a unimodal function on [low, high] (Kiefer 1953). */
function goldenSection(f: (x: number) => number, low: number, high: number): number {
  for (let step = 0; step < GOLDEN_STEPS; step++) {
    const a = high - GOLDEN * (high - low);
    const b = low + GOLDEN * (high - low);
    if (f(a) <= f(b)) high = b;
    else low = a;
  }
  return (low + high) / 2;
}
