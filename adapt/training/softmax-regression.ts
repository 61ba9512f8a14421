/** Multinomial logistic regression with L2, solved to its one optimum. */
import { minimise, type Objective } from "../../src/shared/lbfgs.js";

/** Rows to learn from. */
export interface RegressionData {
  /** One array a row, all of one length. */
  rows: readonly Float32Array[];
  /** Class indices. */
  labels: ArrayLike<number>;
  /** Weight of each row's loss; 1 where left out. */
  weights?: ArrayLike<number>;
}

/** Scores are w_k · x + b_k. */
export interface SoftmaxRegression {
  weights: Float64Array[];
  /** All 0 where no intercept was fitted. */
  biases: Float64Array;
}

export interface RegressionOptions {
  classes: number;
  /** Inverse strength of the penalty, scikit-learn's C. */
  c: number;
  intercept: boolean;
  /** Where the search begins, such as the solution at another strength; 0 where left out. The end is the same. */
  start?: SoftmaxRegression;
}

/**
 * Of the gradient's largest component, at every strength: the penalty makes the weights err by no more than the gradient,
 * so that scores of rows of norm 1 are off by a few thousandths at most.
 */
const TOLERANCE = 1e-4;
/** Weakly held weights are far from their start; the tolerance ends the search long before. */
const MOST_ITERATIONS = 100_000;

/**
 * Minimises ½ Σ_k ‖w_k‖² − C Σ_i m_i log softmax(W x_i + b)[y_i]: scikit-learn's LogisticRegression with solver "lbfgs"
 * for more than two classes, intercepts unpenalised. Two classes have two weight vectors here, w_1 = −w_0: as
 * scikit-learn's one vector at twice the C.
 */
export function softmaxRegression(data: RegressionData, options: RegressionOptions): SoftmaxRegression {
  const { classes, start } = options;
  const width = data.rows[0]!.length;
  const from = new Float64Array(classes * (width + 1));
  start?.weights.forEach((w, k) => {
    from.set(w, k * width);
  });
  from.set(start?.biases ?? [], classes * width);
  const solution = minimise(objective(data, options), from, {
    tolerance: TOLERANCE,
    iterations: MOST_ITERATIONS,
  });
  const weights = Array.from({ length: classes }, (_, k) => solution.slice(k * width, (k + 1) * width));
  return { weights, biases: solution.slice(classes * width) };
}

function objective({ rows, labels, weights }: RegressionData, options: RegressionOptions): Objective {
  const { classes, c, intercept } = options;
  const width = rows[0]!.length;
  const offset = classes * width;
  const scores = new Float64Array(classes);
  return (w, gradient) => {
    gradient.fill(0);
    let value = 0;
    for (const [i, row] of rows.entries()) {
      for (let k = 0; k < classes; k++) scores[k] = w[offset + k]! + product(w, k * width, row);
      const strength = c * (weights?.[i] ?? 1);
      value -= strength * logSoftmax(scores, labels[i]!);
      for (let k = 0; k < classes; k++) {
        const push = strength * (scores[k]! - Number(k === labels[i]));
        addScaled(gradient, k * width, row, push);
        if (intercept) gradient[offset + k]! += push;
      }
    }
    for (let j = 0; j < offset; j++) {
      value += 0.5 * w[j]! * w[j]!;
      gradient[j]! += w[j]!;
    }
    return value;
  };
}

function product(w: Float64Array, from: number, row: Float32Array): number {
  let sum = 0;
  for (let j = 0; j < row.length; j++) sum += w[from + j]! * row[j]!;
  return sum;
}

function addScaled(to: Float64Array, from: number, row: Float32Array, factor: number): void {
  for (let j = 0; j < row.length; j++) to[from + j]! += factor * row[j]!;
}

/** The logarithm of one class's softmax; turns the scores into probabilities in place. */
function logSoftmax(scores: Float64Array, label: number): number {
  const highest = scores.reduce((a, b) => Math.max(a, b));
  const own = scores[label]! - highest;
  let sum = 0;
  for (let k = 0; k < scores.length; k++) {
    scores[k] = Math.exp(scores[k]! - highest);
    sum += scores[k]!;
  }
  for (let k = 0; k < scores.length; k++) scores[k]! /= sum;
  return own - Math.log(sum);
}
