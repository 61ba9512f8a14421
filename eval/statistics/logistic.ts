/** L2-regularised logistic regression between two classes. */

import { minimise, type Objective } from "../../src/shared/lbfgs.js";
import type { Features } from "./features.js";

/** w and b of the decision w·x + b. */
export interface LogisticModel {
  weights: Float64Array;
  bias: number;
}

/**
 * Minimises ½‖w‖² + C Σ log(1 + exp(-y (w·x + b))), the bias left free: scikit-learn's LogisticRegression.
 * @param y +1 or -1, one a row
 */
export function fitLogistic(x: Features, y: readonly number[], c = 1): LogisticModel {
  const solution = minimise(objective(x, y, c), new Float64Array(x.columns + 1));
  return { weights: solution.slice(0, x.columns), bias: solution[x.columns]! };
}

/** w·x + b of every row. */
export function decisionValues({ weights, bias }: LogisticModel, x: Features): Float64Array {
  return Float64Array.from({ length: x.rows }, (_, i) => bias + rowProduct(x, i, weights));
}

function objective(x: Features, y: readonly number[], c: number): Objective {
  const d = x.columns;
  return (w, gradient) => {
    let value = 0;
    gradient.fill(0);
    for (let i = 0; i < x.rows; i++) {
      const margin = y[i]! * (w[d]! + rowProduct(x, i, w));
      value += c * softplus(-margin);
      const push = (-c * y[i]!) / (1 + Math.exp(margin));
      for (let k = 0; k < d; k++) gradient[k]! += push * x.data[i * d + k]!;
      gradient[d]! += push;
    }
    for (let k = 0; k < d; k++) {
      value += 0.5 * w[k]! * w[k]!;
      gradient[k]! += w[k]!;
    }
    return value;
  };
}

function rowProduct({ columns, data }: Features, i: number, w: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < columns; k++) sum += w[k]! * data[i * columns + k]!;
  return sum;
}

/** log(1 + e^x) without overflow. */
function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}
