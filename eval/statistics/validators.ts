/**
 * Label-free validators: figures of unlabelled target predictions by which a checkpoint can be chosen without a target
 * label. Rows are probabilities; all but the mean entropy are the better the larger they are.
 */
import { Matrix, SingularValueDecomposition } from "ml-matrix";
import type { Predictions } from "../../src/shared/types.js";
import { predictedShares } from "../predictions/outcomes.js";
import { mean } from "./mean.js";
import { dot, entropy, lengthOf, softmax } from "./vectors.js";

/** n rows of C probabilities. */
export type Rows = readonly (readonly number[])[];

/** What each validator says of a checkpoint. */
export interface ValidatorScores {
  /** Mean entropy of the rows in nats; small is confident. */
  meanEntropy: number;
  /** Information maximisation H(p̄) - mean H(p), in [0, log C] nats: confident and diverse. */
  im: number;
  /** Batch nuclear norm ‖P‖_* / n, above 0. */
  bnm: number;
  /** Soft neighbourhood density, in [0, log(n - 1)] nats. */
  snd: number;
}

/** All validators of one set of predictions, at least two rows. Labels are not looked at. */
export function validatorScores({ rows }: Pick<Predictions, "rows">): ValidatorScores {
  const p = rows.map((r) => r.p);
  return {
    meanEntropy: meanEntropy(p),
    im: informationMaximisation(p),
    bnm: batchNuclearNorm(p),
    snd: softNeighbourhoodDensity(p),
  };
}

/** Mean over rows of H(p) = -Σ p log p, in [0, log C] nats. Small where predictions are confident. */
export function meanEntropy(rows: Rows): number {
  return mean(rows.map(entropy));
}

/** H of the mean row, minus the mean H (Bridle et al. 1991; Shi and Sha 2012), in [0, log C] nats. */
export function informationMaximisation(rows: Rows): number {
  const marginal = rows[0]!.map((_, k) => mean(rows.map((p) => p[k]!)));
  return entropy(marginal) - meanEntropy(rows);
}

/** The sum of the singular values of the n x C matrix of rows, divided by n (Cui et al. 2020). */
export function batchNuclearNorm(rows: Rows): number {
  const { diagonal } = new SingularValueDecomposition(new Matrix(rows.map((p) => [...p])), {
    computeLeftSingularVectors: false,
    computeRightSingularVectors: false,
    autoTranspose: true,
  });
  return diagonal.reduce((sum, value) => sum + value, 0) / rows.length;
}

const SND_TEMPERATURE = 0.05;

/**
 * Soft neighbourhood density (Saito et al. 2021): the mean entropy of each row's softmax over its cosine similarities
 * with every other row. Large where neighbourhoods are dense. Takes probabilities, as its authors' code does, or features.
 */
export function softNeighbourhoodDensity(rows: Rows, temperature = SND_TEMPERATURE): number {
  const unit = rows.map((row) => row.map((x) => x / lengthOf(row)));
  return mean(
    unit.map((a, i) => {
      const similarities = unit.filter((_, j) => j !== i).map((b) => dot(a, b) / temperature);
      return entropy(softmax(similarities));
    }),
  );
}

/** A class that is predicted too often or too seldom. */
export interface Collapse {
  class: string;
  /** Of the predictions, in [0, 1]. */
  share: number;
}

const COLLAPSE_SHARE = 0.4;

/**
 * The classes whose share of the predictions is a sign of collapse: below .4/C or above 1 - .4/C for C classes, which
 * is outside .2 to .8 for two. Needs no label.
 */
export function collapsedClasses(predictions: Predictions): Collapse[] {
  const low = COLLAPSE_SHARE / predictions.classes.length;
  return predictedShares(predictions)
    .map((share, k) => ({ class: predictions.classes[k]!, share }))
    .filter(({ share }) => share < low || share > 1 - low);
}

/** Scores predictions without labels; the higher the better. */
export type Validator = (predictions: Pick<Predictions, "rows">) => number;

const onRows =
  (score: (rows: Rows) => number): Validator =>
  ({ rows }) =>
    score(rows.map(({ p }) => p));

/** The validators by name, for `adapt(..., { select: validators.informationMaximisation })`. */
export const validators = {
  informationMaximisation: onRows(informationMaximisation),
  batchNuclearNorm: onRows(batchNuclearNorm),
  softNeighbourhoodDensity: onRows((rows) => softNeighbourhoodDensity(rows)),
  /** Minus the mean entropy. */
  confidence: onRows((rows) => -meanEntropy(rows)),
} satisfies Record<string, Validator>;
