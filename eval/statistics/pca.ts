/** Principal components of feature vectors, found on the smaller side: the rows' inner products. */
import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { columnScale, type Features, gram } from "./features.js";

/** Coordinates along the principal components. */
export interface PrincipalComponents {
  /** One point a row, with a coordinate a component. */
  points: number[][];
  /** Share of the total variance along each component, the largest first; in [0, 1]. */
  explained: number[];
}

/**
 * The first components of centred columns (Jolliffe 2002, ch. 3): eigenvectors of the rows' inner products, scaled by
 * the roots of their eigenvalues. Signs are fixed by making each component's largest coordinate positive.
 * @param features at least one row
 * @param components at most as many as there are rows
 */
export function principalComponents(features: Features, components = 2): PrincipalComponents {
  const products = new Matrix(rowsOf(gram(centred(features)), features.rows));
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(products, {
    assumeSymmetric: true,
  });
  const total = products.trace();
  // Eigenvalues come in ascending order.
  const axes = Array.from({ length: components }, (_, k) => features.rows - 1 - k).map((at) => ({
    value: Math.max(0, realEigenvalues[at]!),
    vector: withPositivePeak(eigenvectorMatrix.getColumn(at)),
  }));
  const points = Array.from({ length: features.rows }, (_, i) =>
    axes.map(({ value, vector }) => Math.sqrt(value) * vector[i]!),
  );
  return { points, explained: axes.map(({ value }) => (total > 0 ? value / total : 0)) };
}

function centred(features: Features): Features {
  const { means } = columnScale(features);
  const data = Float64Array.from(features.data, (x, at) => x - means[at % features.columns]!);
  return { ...features, data };
}

const rowsOf = (square: Float64Array, n: number): Float64Array[] =>
  Array.from({ length: n }, (_, i) => square.subarray(i * n, (i + 1) * n));

function withPositivePeak(vector: readonly number[]): readonly number[] {
  const peak = vector.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a), 0);
  return peak < 0 ? vector.map((x) => -x) : vector;
}
