/** Weights and inputs by the formula of test/fixtures/adapt/*.py: the same numbers as in PyTorch, without a file. */
import { crc32 } from "node:zlib";
import { type ParameterSpecs, sizeOf, type Weights } from "../../adapt/parameters.js";

/** Values in [-1, 1): MurmurHash3's finaliser of CRC-32 of the name plus the index times a constant. */
export function noise(name: string, count: number): Float64Array {
  const start = crc32(name);
  return Float64Array.from({ length: count }, (_, i) => {
    let x = (start + Math.imul(i, 0x9e3779b9)) >>> 0;
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b) >>> 0;
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35) >>> 0;
    return ((x ^ (x >>> 16)) >>> 0) / 2 ** 31 - 1;
  });
}

export function formulaWeights(specs: ParameterSpecs): Weights {
  return Object.fromEntries(
    Object.entries(specs).map(([name, { shape }]) => [name, { shape, data: values(name, shape) }]),
  );
}

function values(name: string, shape: readonly number[]): Float32Array {
  const raw = noise(name, sizeOf(shape));
  if (shape.length > 1) return Float32Array.from(raw, (v) => v * Math.sqrt(6 / sizeOf(shape.slice(1))));
  const around = /(running_var|weight)$/.test(name) ? 1 : 0;
  return Float32Array.from(raw, (v) => around + 0.1 * v);
}
