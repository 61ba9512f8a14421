/** Decoding of single blocks, as far as it takes to know where each ends (ITU-T T.81, F.2.2 and G.2). */
import type { Bits } from "./bits.js";
import { Damage, required } from "./damage.js";
import { COEFFICIENTS, type Frame, type Scan, type ScanPart } from "./frame.js";

/** Decodes the block of one component whose coefficients begin at `place`. */
export type BlockReader = (bits: Bits, place: number) => void;

/** Reads one component through an interval between restart markers. */
export interface PartReader {
  block: BlockReader;
  /** Whether blocks that it was told are empty are still to come. */
  awaits(): boolean;
}

/** Bits of the largest numbers that 8-bit samples lead to (tables F.1 and F.2). */
const MOST_BITS = { mean: 11, other: 10 } as const;
/** A block's mean, times eight, of 8-bit samples about 0, and what rounding may add to its last step. */
const MOST_MEAN = 1024 + 32;

export function partReader({ progressive }: Frame, scan: Scan, part: ScanPart): PartReader {
  if (!progressive) return { block: sequential(scan, part), awaits: () => false };
  if (scan.first === 0)
    return { block: scan.refines ? refineMean : readMean(scan, part), awaits: () => false };
  return progressiveBand(scan, part);
}

const sequential = (scan: Scan, part: ScanPart): BlockReader => {
  const mean = readMean(scan, part);
  const ac = required(part.ac, "table of codes");
  return (bits, place) => {
    mean(bits, place);
    for (let k = 1; k < COEFFICIENTS; ) {
      const symbol = bits.symbol(ac);
      const [run, size] = [symbol >> 4, symbol & 15];
      if (size === 0 && run === 0) return; // the rest is zeros
      if (size > MOST_BITS.other || (size === 0 && run < 15)) throw new Damage("bits that are no code");
      bits.at += size;
      k += run + 1;
      if (k > COEFFICIENTS) throw new Damage("more coefficients than a block has");
    }
  };
};

/** Means come as differences to the block before; what no samples can lead to has gone astray. */
function readMean({ shift }: Scan, part: ScanPart): BlockReader {
  const table = required(part.dc, "table of codes");
  const most = (MOST_MEAN + part.step) / (part.step << shift);
  let mean = 0;
  return (bits) => {
    const size = bits.symbol(table);
    if (size > MOST_BITS.mean) throw new Damage("bits that are no code");
    if (size === 0) return;
    const value = bits.take(size);
    mean += value >> (size - 1) ? value : value - (1 << size) + 1;
    if (Math.abs(mean) > most + 1) throw new Damage("a mean that no samples have");
  };
}

const refineMean: BlockReader = (bits) => {
  bits.at++;
};

/** A band of coefficients of one component, which may say at once that many blocks have no more. */
function progressiveBand(scan: Scan, part: ScanPart): PartReader {
  const band = { ...scan, table: required(part.ac, "table of codes"), known: part.component.known! };
  const read = scan.refines ? refineBand : readBand;
  let empty = 0;
  return {
    block: (bits, place) => {
      empty = read(bits, place, band, empty);
    },
    awaits: () => empty > 0,
  };
}

interface Band {
  first: number;
  last: number;
  table: Uint16Array;
  known: Uint8Array;
}

/** @returns how many blocks from the next on are empty */
function readBand(bits: Bits, place: number, { first, last, table, known }: Band, empty: number): number {
  if (empty > 0) return empty - 1;
  for (let k = first; k <= last; ) {
    const symbol = bits.symbol(table);
    const [run, size] = [symbol >> 4, symbol & 15];
    if (size === 0 && run < 15) return emptyBlocks(bits, run) - 1;
    if (size > MOST_BITS.other) throw new Damage("bits that are no code");
    bits.at += size;
    k += run;
    if (k > last) throw new Damage("more coefficients than a band has");
    if (size > 0) known[place + k] = 1;
    k++;
  }
  return 0;
}

/** Coefficients that are known take a bit each; new ones stand between so many that stay 0. */
function refineBand(bits: Bits, place: number, band: Band, empty: number): number {
  const { first, last, table, known } = band;
  let k = first;
  while (empty === 0 && k <= last) {
    const symbol = bits.symbol(table);
    const [run, size] = [symbol >> 4, symbol & 15];
    if (size > 1) throw new Damage("bits that are no code");
    if (size === 0 && run < 15) empty = emptyBlocks(bits, run);
    else {
      bits.at += size;
      k = behindZeros(bits, place + k, place + last, run, known) - place;
      if (k > last) throw new Damage("more coefficients than a band has");
      if (size > 0) known[place + k] = 1;
      k++;
    }
  }
  if (empty === 0) return 0;
  for (; k <= last; k++) bits.at += known[place + k]!;
  return empty - 1;
}

/** The place of the zero that comes after `run` others; known coefficients between them are refined. */
function behindZeros(bits: Bits, from: number, last: number, run: number, known: Uint8Array): number {
  let [at, left] = [from, run];
  for (; at <= last && (known[at] || left > 0); at++)
    if (known[at]) bits.at++;
    else left--;
  return at;
}

/** This block and those after it that have no more coefficients. */
const emptyBlocks = (bits: Bits, power: number): number => (1 << power) + (power ? bits.take(power) : 0);
