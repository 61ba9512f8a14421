/** Feature vectors of a dataset, one row an image: the output of a backbone's last layer before the head. */

export interface Features {
  /** n. */
  rows: number;
  /** d. */
  columns: number;
  /** n x d values, row by row. */
  data: Float32Array | Float64Array;
}

/** The rows at these indices, in their order. */
export function takeRows({ columns, data }: Features, indices: readonly number[]): Features {
  const out = new Float64Array(indices.length * columns);
  indices.forEach((index, i) => {
    out.set(data.subarray(index * columns, (index + 1) * columns), i * columns);
  });
  return { rows: indices.length, columns, data: out };
}

/** The rows of `a`, then those of `b`. @throws RangeError for different columns */
export function stackRows(a: Features, b: Features): Features {
  if (a.columns !== b.columns) throw new RangeError(`features: ${a.columns} columns against ${b.columns}`);
  const data = new Float64Array(a.data.length + b.data.length);
  data.set(a.data);
  data.set(b.data, a.data.length);
  return { rows: a.rows + b.rows, columns: a.columns, data };
}

/** Mean and standard deviation of every column; 1 in place of the deviation of a constant column. */
export interface ColumnScale {
  means: Float64Array;
  stds: Float64Array;
}

export function columnScale({ rows, columns, data }: Features): ColumnScale {
  const means = new Float64Array(columns);
  const squares = new Float64Array(columns);
  for (let at = 0; at < data.length; at++) means[at % columns]! += data[at]! / rows;
  for (let at = 0; at < data.length; at++) squares[at % columns]! += (data[at]! - means[at % columns]!) ** 2;
  return { means, stds: squares.map((sum) => Math.sqrt(sum / rows) || 1) };
}

/** Columns shifted and scaled: (x - mean) / std. */
export function standardised(features: Features, { means, stds }: ColumnScale): Features {
  const { columns } = features;
  const data = Float64Array.from(features.data, (x, at) => (x - means[at % columns]!) / stds[at % columns]!);
  return { ...features, data };
}

/** All inner products of rows: a symmetric rows x rows matrix. */
export function gram({ rows, columns, data }: Features): Float64Array {
  const out = new Float64Array(rows * rows);
  for (let i = 0; i < rows; i++)
    for (let j = i; j < rows; j++) {
      const product = dot(data, i * columns, j * columns, columns);
      out[i * rows + j] = product;
      out[j * rows + i] = product;
    }
  return out;
}

/** Squared Euclidean distances of all pairs of rows, from their inner products. */
export function squaredDistances(features: Features): Float64Array {
  const { rows } = features;
  const products = gram(features);
  return products.map((product, at) => {
    const i = Math.floor(at / rows);
    const j = at % rows;
    return Math.max(0, products[i * rows + i]! + products[j * rows + j]! - 2 * product);
  });
}

function dot(data: Features["data"], a: number, b: number, length: number): number {
  let sum = 0;
  for (let k = 0; k < length; k++) sum += data[a + k]! * data[b + k]!;
  return sum;
}
