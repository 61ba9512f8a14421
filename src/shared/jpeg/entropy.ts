/** Entropy-coded data of a scan: cut at restart markers, freed of the zeros that keep it apart from markers. */
import { Damage } from "./damage.js";

export interface Entropy {
  bytes: Uint8Array;
  /** Bytes between restart markers. */
  intervals: { from: number; to: number }[];
  /** Where the marker after it stands in the file. */
  next: number;
}

const RESTARTS = { first: 0xd0, last: 0xd7 };
/** Zeros behind the data, so that a reader may look a little beyond. */
const BEYOND = 8;

export function entropyAt(file: Buffer, start: number): Entropy {
  const next = endOfData(file, start);
  const bytes = Buffer.alloc(next - start + BEYOND);
  const intervals: Entropy["intervals"] = [];
  let [at, length, from] = [start, 0, 0];
  for (;;) {
    const mark = file.indexOf(0xff, at);
    file.copy(bytes, length, at, mark);
    length += mark - at;
    at = mark + 2;
    if (mark < next && file[mark + 1] === 0) bytes[length++] = 0xff;
    else {
      intervals.push({ from, to: length });
      if (mark === next) return { bytes, intervals, next };
      refuseOthers(file[mark + 1]!, intervals.length - 1);
      from = length;
    }
  }
}

/** The place of the first marker that is none of the data's own. */
function endOfData(file: Buffer, start: number): number {
  let at = file.indexOf(0xff, start);
  while (at >= 0 && isData(file[at + 1])) at = file.indexOf(0xff, at + 2);
  if (at < 0) throw new Damage("no end");
  return at;
}

const isData = (marker = 0xff): boolean =>
  marker === 0 || (marker >= RESTARTS.first && marker <= RESTARTS.last);

/** Restart markers are numbered from 0 to 7 and round again. */
function refuseOthers(marker: number, index: number): void {
  if (marker !== RESTARTS.first + (index & 7)) throw new Damage("restart markers out of order");
}
