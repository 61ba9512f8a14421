/** Heads that take what enters them transformed, and the arithmetic of feature rows. */
import { headSpecs, type Model } from "../backbones/model.js";

/** An affine map h -> A h + s of what enters the head. */
export interface HeadMap {
  /** Aᵀ times a vector. */
  transposed(row: Float32Array): Float32Array;
  shift: ArrayLike<number>;
}

/**
 * The model whose head does the map first: w · (A h + s) + b = (Aᵀ w) · h + (w · s + b). Exact for a linear head and
 * for a 1x1 convolution.
 */
export function foldIntoHead(model: Model, { transposed, shift }: HeadMap): Model {
  const [weightName, biasName] = Object.keys(headSpecs(model.card, model.network)) as [string, string];
  const weight = model.weights[weightName]!;
  const bias = model.weights[biasName]!;
  const width = model.card.featureWidth;
  const row = (k: number) => weight.data.subarray(k * width, (k + 1) * width);
  const folded = new Float32Array(weight.data.length);
  bias.data.forEach((_, k) => {
    folded.set(transposed(row(k)), k * width);
  });
  const moved = bias.data.map((b, k) => b + dot(row(k), shift));
  return {
    ...model,
    weights: {
      ...model.weights,
      [weightName]: { ...weight, data: folded },
      [biasName]: { ...bias, data: moved },
    },
  };
}

/** Means of the rows' channels. */
export function meanOfRows(rows: readonly Float32Array[]): Float64Array {
  const sum = new Float64Array(rows[0]!.length);
  for (const row of rows) for (let k = 0; k < sum.length; k++) sum[k]! += row[k]!;
  return sum.map((v) => v / rows.length);
}

export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
