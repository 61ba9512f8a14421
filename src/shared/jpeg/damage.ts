/** Why a JPEG is not whole; caught where the file is asked about. */
export class Damage extends Error {}

/** A way of coding that is not checked here, and left to the decoder: lossless, hierarchical, 12 bits. */
export class OtherCoding extends Error {}

/** A value that damage has not taken away. */
export function required<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Damage(`no ${what}`);
  return value;
}
