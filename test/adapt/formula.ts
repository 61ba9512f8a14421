/** Weights and inputs by the formula of test/fixtures/adapt/formula.py: the same numbers as in PyTorch, without a file. */
import { crc32 } from "node:zlib";
import { type ParameterSpecs, sizeOf, type Weights } from "../../adapt/layers/parameters.js";

/** Values in [-1, 1): MurmurHash3's finaliser of CRC-32 of the name plus the index times a constant. */
export function noise(name: string, count: number): Float64Array {
  return fill(new Float64Array(count), name, 0, 1);
}

export function formulaWeights(specs: ParameterSpecs): Weights {
  return Object.fromEntries(
    Object.entries(specs).map(([name, { shape }]) => [name, { shape, data: values(name, shape) }]),
  );
}

function values(name: string, shape: readonly number[]): Float32Array {
  const data = new Float32Array(sizeOf(shape));
  if (shape.length > 1) return fill(data, name, 0, Math.sqrt(6 / sizeOf(shape.slice(1))));
  return fill(data, name, /(running_var|weight)$/.test(name) ? 1 : 0, 0.1);
}

/** `around` + `scale` * noise; in place, because some layers have a hundred million weights. */
function fill<T extends Float32Array | Float64Array>(
  into: T,
  name: string,
  around: number,
  scale: number,
): T {
  const start = crc32(name);
  for (let i = 0; i < into.length; i++) {
    let x = (start + Math.imul(i, 0x9e3779b9)) >>> 0;
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b) >>> 0;
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35) >>> 0;
    into[i] = around + scale * (((x ^ (x >>> 16)) >>> 0) / 2 ** 31 - 1);
  }
  return into;
}
