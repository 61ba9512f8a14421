/** Structured mutation of files: what a cut wire, a wrong tool or an ill will make of a good one. */
import fc from "fast-check";

interface Mutation {
  kind: "flip" | "cut" | "drop" | "repeat" | "overwrite" | "number" | "swap";
  /** Where, as shares of the file. */
  at: number;
  to: number;
  value: number;
}

/** Numbers at which lengths and offsets go wrong. */
const EDGES = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff];

const share = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom("flip", "cut", "drop", "repeat", "overwrite", "number", "swap"),
  at: share,
  to: share,
  value: fc.nat(0xffff),
});

/** One to four changes, one after the other. */
export const mutations = fc.array(mutation, { minLength: 1, maxLength: 4 });

export function mutated(bytes: Buffer, changes: readonly Mutation[]): Buffer {
  return changes.reduce<Buffer>((now, change) => (now.length ? apply(now, change) : now), Buffer.from(bytes));
}

function apply(bytes: Buffer, { kind, at, to, value }: Mutation): Buffer {
  const place = Math.floor(at * bytes.length);
  const length = 1 + Math.floor(to * Math.min(64, bytes.length - place - 1));
  const [before, part, after] = [
    bytes.subarray(0, place),
    bytes.subarray(place, place + length),
    bytes.subarray(place + length),
  ];
  switch (kind) {
    case "flip":
      return Buffer.concat([before, Buffer.from([part[0]! ^ (1 << (value % 8))]), bytes.subarray(place + 1)]);
    case "cut":
      return before;
    case "drop":
      return Buffer.concat([before, after]);
    case "repeat":
      return Buffer.concat([before, part, part, after]);
    case "overwrite":
      return Buffer.concat([before, Buffer.alloc(part.length, value % 256), after]);
    case "number":
      return overwritten(bytes, place, EDGES[value % EDGES.length]!);
    case "swap":
      return Buffer.concat([before, after, part]);
  }
}

function overwritten(bytes: Buffer, place: number, value: number): Buffer {
  const copy = Buffer.from(bytes);
  if (place + 4 <= copy.length) copy.writeUInt32LE(value, place);
  return copy;
}
