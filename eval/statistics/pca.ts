/** Principal components of feature vectors, found on the smaller side: the rows' inner products. */
import { stream } from "../../src/shared/rng.js";
import { columnScale, type Features, gram } from "./features.js";

export interface PrincipalComponents {
  /** One point a row. */
  points: number[][];
  /** Share of the total variance along each component, the largest first. */
  explained: number[];
}

/**
 * The first components of centred columns (Jolliffe 2002, ch. 3): eigenvectors of the rows' inner products, scaled by
 * the roots of their eigenvalues. Signs are fixed by making each component's largest coordinate positive.
 */
export function principalComponents(features: Features, components = 2): PrincipalComponents {
  const { rows } = features;
  const products = gram(centred(features));
  const total = Array.from({ length: rows }, (_, i) => products[i * rows + i]!).reduce((a, b) => a + b, 0);
  const axes = Array.from({ length: components }, (_, k) => {
    const { value, vector } = leadingEigenvector(products, rows, k);
    deflate(products, rows, value, vector);
    return { value: Math.max(0, value), vector };
  });
  const points = Array.from({ length: rows }, (_, i) =>
    axes.map(({ value, vector }) => Math.sqrt(value) * vector[i]!),
  );
  return { points, explained: axes.map(({ value }) => (total > 0 ? value / total : 0)) };
}

function centred(features: Features): Features {
  const { means } = columnScale(features);
  const data = Float64Array.from(features.data, (x, at) => x - means[at % features.columns]!);
  return { ...features, data };
}

const ITERATIONS = 1000;
const TOLERANCE = 1e-12;

/** Power iteration; the start is drawn from a stream, so that it is the same every time. */
function leadingEigenvector(matrix: Float64Array, n: number, k: number) {
  const draw = stream(0, "pca", k);
  let vector = unit(Float64Array.from({ length: n }, () => draw.normal(0, 1)));
  let value = 0;
  for (let step = 0; step < ITERATIONS; step++) {
    const image = times(matrix, vector);
    const next = unit(image);
    const turned = 1 - Math.abs(dot(next, vector));
    value = dot(image, vector);
    vector = next;
    if (turned < TOLERANCE) break;
  }
  return { value, vector: withPositivePeak(vector) };
}

function deflate(matrix: Float64Array, n: number, value: number, vector: Float64Array): void {
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) matrix[i * n + j]! -= value * vector[i]! * vector[j]!;
}

function times(matrix: Float64Array, vector: Float64Array): Float64Array {
  const n = vector.length;
  return vector.map((_, i) => dot(matrix.subarray(i * n, (i + 1) * n), vector));
}

function unit(vector: Float64Array): Float64Array {
  const length = Math.sqrt(dot(vector, vector)) || 1;
  return vector.map((x) => x / length);
}

function withPositivePeak(vector: Float64Array): Float64Array {
  const peak = vector.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a), 0);
  return peak < 0 ? vector.map((x) => -x) : vector;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
