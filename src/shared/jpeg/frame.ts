/** What a JPEG's headers say of its picture and of one scan of it (ITU-T T.81, B.2.2 and B.2.3). */
import { Damage, OtherCoding, required } from "./damage.js";
import type { HuffmanTable } from "./huffman.js";

/** Samples a side of a block. */
const SIDE = 8;
/** Coefficients of a block. */
export const COEFFICIENTS = 64;
/** The most that the format allows of components, and of blocks a unit in either direction. */
const MOST = { components: 4, blocks: 4 } as const;

export interface Component {
  id: number;
  /** Blocks of it in a unit of the frame, across and down. */
  across: number;
  down: number;
  /** Number of its quantisation table. */
  table: number;
  /** Blocks that hold its samples; in units there may be more. */
  blocksAcross: number;
  blocksDown: number;
  /** Blocks of a row of units. */
  stride: number;
  /** Of a progressive frame: 1 where a coefficient is known to be other than 0, by block, in zigzag order. */
  known?: Uint8Array;
}

export interface Frame {
  components: Component[];
  progressive: boolean;
  unitsAcross: number;
  unitsDown: number;
}

export interface ScanPart {
  component: Component;
  dc?: HuffmanTable;
  ac?: HuffmanTable;
  /** What a step of the block's mean stands for. */
  step: number;
}

/** One pass over the blocks of some components. */
export interface Scan {
  parts: ScanPart[];
  /** First and last coefficient, in zigzag order. */
  first: number;
  last: number;
  /** Whether it adds a bit to coefficients of an earlier scan. */
  refines: boolean;
  /** Low bits of the coefficients that it leaves out. */
  shift: number;
}

/**
 * @param progressive whether the marker says so
 * @param mostPixels pictures that are larger are left to the decoder, which refuses them
 */
export function parseFrame(body: Uint8Array, progressive: boolean, mostPixels: number): Frame {
  const word = (at: number) => (body[at]! << 8) | body[at + 1]!;
  const [height, width] = [word(1), word(3)];
  if (body[0] !== 8 || height === 0 || width * height > mostPixels) throw new OtherCoding();
  const sampling = samplingOf(body);
  const most = Math.max(...sampling.map(({ across }) => across));
  const deepest = Math.max(...sampling.map(({ down }) => down));
  const unitsAcross = Math.ceil(width / SIDE / most);
  const unitsDown = Math.ceil(height / SIDE / deepest);
  const components = sampling.map((one) => ({
    ...one,
    blocksAcross: Math.ceil(Math.ceil((width * one.across) / most) / SIDE),
    blocksDown: Math.ceil(Math.ceil((height * one.down) / deepest) / SIDE),
    stride: unitsAcross * one.across,
    known: progressive
      ? new Uint8Array(unitsAcross * one.across * unitsDown * one.down * COEFFICIENTS)
      : undefined,
  }));
  return { components, progressive, unitsAcross, unitsDown };
}

function samplingOf(body: Uint8Array) {
  const count = body[5]!;
  if (count === 0 || count > MOST.components || body.length < 6 + 3 * count)
    throw new Damage("a frame without its components");
  return Array.from({ length: count }, (_, i) => {
    const [id, factors, table] = body.subarray(6 + 3 * i);
    const [across, down] = [factors! >> 4, factors! & 15];
    if (across * down === 0 || across > MOST.blocks || down > MOST.blocks)
      throw new Damage("a component of another size");
    return { id: id!, across, down, table: table! };
  });
}

/** Tables that stand at the moment, by their numbers. */
export interface Tables {
  dc: (HuffmanTable | undefined)[];
  ac: (HuffmanTable | undefined)[];
  /** First entry of each quantisation table. */
  steps: (number | undefined)[];
}

export function parseScan(body: Uint8Array, { components }: Frame, { dc, ac, steps }: Tables): Scan {
  const count = body[0]!;
  const [first, last, bits] = body.subarray(1 + 2 * count);
  if (bits === undefined || count === 0) throw new Damage("a scan without its header");
  const parts = Array.from({ length: count }, (_, i) => {
    const [id, tables] = body.subarray(1 + 2 * i);
    const component = required(
      components.find((one) => one.id === id),
      "component of that number",
    );
    return { component, dc: dc[tables! >> 4], ac: ac[tables! & 15], step: steps[component.table] ?? 1 };
  });
  return {
    parts,
    first: first!,
    last: Math.min(last!, COEFFICIENTS - 1),
    refines: bits >> 4 > 0,
    shift: bits & 15,
  };
}
