/** 16-bit floats -> single precision. */

/** IEEE 754 half precision. Converts exactly: every half is a single. Subnormals, infinities and NaN included. */
export function halfToFloat(halves: Uint16Array): Float32Array {
  return Float32Array.from(halves, oneHalf);
}

function oneHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** bfloat16, the upper half of a single. */
export function bfloatToFloat(upper: Uint16Array): Float32Array {
  return new Float32Array(Uint32Array.from(upper, (bits) => bits << 16).buffer);
}

const FLOAT = new Float32Array(1);
const BITS = new Uint32Array(FLOAT.buffer);

/** IEEE 754 half precision of singles: to the nearest, ties to even; beyond 65504 infinite, below 2^-24 zero. */
export function floatToHalf(floats: Float32Array): Uint16Array {
  return Uint16Array.from(floats, nearestHalf);
}

function nearestHalf(value: number): number {
  FLOAT[0] = value;
  const sign = (BITS[0]! >>> 16) & 0x8000;
  const size = Math.abs(value);
  if (Number.isNaN(value)) return sign | 0x7e00;
  if (size >= 65520) return sign | 0x7c00;
  // In units of the last place, whose size halves grow by powers of two from 2^-24 on.
  const exponent = Math.max(-14, Math.floor(Math.log2(size)));
  const units = roundToEven(size * 2 ** (10 - exponent));
  return sign | (units + ((exponent + 14) << 10));
}

function roundToEven(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
}
