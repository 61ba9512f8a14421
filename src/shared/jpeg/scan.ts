/** One scan, block by block: it is whole where its data hold exactly the blocks that the picture has. */
import { Bits } from "./bits.js";
import { type PartReader, partReader } from "./blocks.js";
import { Damage } from "./damage.js";
import type { Entropy } from "./entropy.js";
import { COEFFICIENTS, type Frame, type Scan, type ScanPart } from "./frame.js";

/** @param restart units between restart markers, 0 where there are none. @throws Damage */
export function checkScan(frame: Frame, scan: Scan, { bytes, intervals }: Entropy, restart: number): void {
  const units = unitsOf(frame, scan);
  const each = restart || units;
  if (intervals.length !== Math.ceil(units / each)) throw new Damage("other restart markers than it says");
  for (const [i, { from, to }] of intervals.entries()) {
    const bits = new Bits(bytes, 8 * from, 8 * to);
    const readers = scan.parts.map((part) => partReader(frame, scan, part));
    readUnits(bits, scan, readers, i * each, Math.min(units, (i + 1) * each));
    if (readers.some((reader) => reader.awaits())) throw new Damage("data that end too early");
    bits.refuseRest();
  }
}

/** A scan of one component has a block a unit, and none that hold no samples. */
function unitsOf({ unitsAcross, unitsDown }: Frame, { parts: [first, ...others] }: Scan): number {
  if (others.length > 0) return unitsAcross * unitsDown;
  return first!.component.blocksAcross * first!.component.blocksDown;
}

function readUnits(
  bits: Bits,
  { parts }: Scan,
  readers: readonly PartReader[],
  from: number,
  to: number,
): void {
  const alone = parts.length === 1;
  for (let unit = from; unit < to; unit++) {
    for (let i = 0; i < parts.length; i++)
      if (alone) readers[i]!.block(bits, COEFFICIENTS * placeAlone(parts[i]!, unit));
      else readUnit(bits, parts[i]!, readers[i]!);
    bits.refuseBeyond();
  }
}

const placeAlone = ({ component: { blocksAcross, stride } }: ScanPart, unit: number): number =>
  Math.floor(unit / blocksAcross) * stride + (unit % blocksAcross);

/** Scans of several components carry means alone, or whole blocks: neither asks for the place. */
function readUnit(bits: Bits, { component }: ScanPart, reader: PartReader): void {
  for (let i = component.across * component.down; i > 0; i--) reader.block(bits, 0);
}
