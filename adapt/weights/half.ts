/** IEEE 754 half precision -> single precision. */

/** Converts exactly: every half is a single. Subnormals, infinities and NaN included. */
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
