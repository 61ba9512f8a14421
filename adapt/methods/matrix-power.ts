/**
 * A power of a symmetric positive definite matrix times a vector, from products with the matrix alone: covariances of
 * thousands of channels are never formed. Lanczos' method; Higham, "Functions of Matrices", SIAM 2008, section 13.2.
 */
import { dot } from "./head-input.js";

type Vector = Float64Array;

/** Enough for condition numbers in the thousands. */
const STEPS = 64;
/** A residual this small, relative to the start, ends the space: it is invariant. */
const INVARIANT = 1e-10;

/** A^power v. @param multiply A times a vector */
export function powerTimes(multiply: (v: Vector) => Vector, power: number, v: Vector): Vector {
  const norm = Math.sqrt(dot(v, v));
  if (norm === 0) return v;
  const { basis, diagonal, offDiagonal } = tridiagonal(multiply, v);
  const { values, vectors } = symmetricEigen(diagonal, offDiagonal);
  const result = new Float64Array(v.length);
  basis.forEach((direction, i) => {
    const weight = values.reduce(
      (sum, value, k) => sum + vectors[i]![k]! * value ** power * vectors[0]![k]!,
      0,
    );
    addScaled(result, norm * weight, direction);
  });
  return result;
}

/** The Krylov space of v and A's image in it, with every direction held orthogonal to all before. */
function tridiagonal(multiply: (v: Vector) => Vector, v: Vector) {
  const basis: Vector[] = [];
  const diagonal: number[] = [];
  const offDiagonal: number[] = [];
  let next = v;
  let length = Math.sqrt(dot(v, v));
  const start = length;
  while (basis.length < Math.min(STEPS, v.length) && length > INVARIANT * start) {
    if (basis.length > 0) offDiagonal.push(length);
    const direction = next.map((x) => x / length);
    basis.push(direction);
    next = multiply(direction);
    diagonal.push(dot(next, direction));
    orthogonalise(next, basis);
    orthogonalise(next, basis); // what rounding left the first time
    length = Math.sqrt(dot(next, next));
  }
  return { basis, diagonal, offDiagonal };
}

function orthogonalise(v: Vector, basis: readonly Vector[]): void {
  for (const known of basis) addScaled(v, -dot(v, known), known);
}

function addScaled(to: Vector, factor: number, v: Vector): void {
  for (let i = 0; i < to.length; i++) to[i]! += factor * v[i]!;
}

/** Eigenvalues, and eigenvectors as columns, of a tridiagonal matrix by Jacobi's rotations. */
function symmetricEigen(diagonal: readonly number[], offDiagonal: readonly number[]) {
  const n = diagonal.length;
  const a = diagonal.map((d, i) =>
    Array.from({ length: n }, (_, j) =>
      i === j ? d : Math.abs(i - j) === 1 ? offDiagonal[Math.min(i, j)]! : 0,
    ),
  );
  const vectors = a.map((_, i) => Array.from({ length: n }, (_v, j) => (i === j ? 1 : 0)));
  const scale = Math.hypot(...diagonal, ...offDiagonal);
  for (let sweep = 0; sweep < 30 && offNorm(a) > 1e-14 * scale; sweep++)
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotate(a, vectors, p, q);
  return { values: a.map((row, i) => row[i]!), vectors };
}

function offNorm(a: readonly number[][]): number {
  let sum = 0;
  for (const [i, row] of a.entries()) for (const [j, v] of row.entries()) if (i !== j) sum += v * v;
  return Math.sqrt(sum);
}

/** One Jacobi rotation that zeroes a[p][q]. */
function rotate(a: number[][], vectors: number[][], p: number, q: number): void {
  if (a[p]![q] === 0) return;
  const theta = (a[q]![q]! - a[p]![p]!) / (2 * a[p]![q]!);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const c = 1 / Math.hypot(t, 1);
  const s = t * c;
  const turn = (row: number[]) => {
    const [x, y] = [row[p]!, row[q]!];
    row[p] = c * x - s * y;
    row[q] = s * x + c * y;
  };
  for (const row of a) turn(row);
  for (let k = 0; k < a.length; k++) {
    const [x, y] = [a[p]![k]!, a[q]![k]!];
    a[p]![k] = c * x - s * y;
    a[q]![k] = s * x + c * y;
  }
  for (const row of vectors) turn(row);
}
