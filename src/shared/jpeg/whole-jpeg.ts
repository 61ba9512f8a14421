/**
 * Whether a JPEG is whole. Decoders fill in what damage took away, and most of it they do not even warn of, because
 * Huffman codes fall into step again a few symbols later. Here every scan is read to its end: its codes, the blocks
 * between restart markers, their means, and that nothing is left over (ITU-T T.81). What damage turns into another
 * picture that could have been written cannot be seen.
 */
import { Damage, OtherCoding, required } from "./damage.js";
import { entropyAt } from "./entropy.js";
import { COEFFICIENTS, type Frame, parseFrame, parseScan, type Tables } from "./frame.js";
import { huffmanTable } from "./huffman.js";
import { checkScan } from "./scan.js";

const MARKER = {
  codes: 0xc4,
  later: 0xc8,
  conditioning: 0xcc,
  end: 0xd9,
  scan: 0xda,
  steps: 0xdb,
  restart: 0xdd,
};
/** Far more than any writer makes; each takes a walk over the whole picture, however little data it has. */
const MOST_SCANS = 64;
const FRAMES = { first: 0xc0, progressive: 0xc2, last: 0xcf };

/**
 * @param file begins with the marker of a JPEG
 * @param mostPixels pictures that are larger are not looked into
 */
export function isWholeJpeg(file: Buffer, mostPixels: number): boolean {
  try {
    checkSegments(file, mostPixels);
    return true;
  } catch (error) {
    if (error instanceof OtherCoding) return true;
    if (error instanceof Damage) return false;
    throw error;
  }
}

function checkSegments(file: Buffer, mostPixels: number): void {
  const tables: Tables = { dc: [], ac: [], steps: [] };
  let frame: Frame | undefined;
  let [at, restart, scans] = [2, 0, 0];
  for (;;) {
    const { marker, body, next } = segmentAt(file, at);
    at = next;
    if (marker === MARKER.end) break;
    if (marker === MARKER.codes) readCodes(body, tables);
    else if (marker === MARKER.steps) readSteps(body, tables);
    else if (marker === MARKER.restart) restart = (body[0]! << 8) | body[1]!;
    else if (marker === MARKER.scan) {
      const whole = required(frame, "frame before its scan");
      const entropy = entropyAt(file, at);
      checkScan(whole, parseScan(body, whole, tables), entropy, restart);
      at = entropy.next;
      if (++scans > MOST_SCANS) throw new Damage("scans without end");
    } else if (isFrame(marker)) frame = frameOf(marker, body, mostPixels);
  }
  if (scans === 0) throw new Damage("no scan");
}

const isFrame = (marker: number): boolean =>
  marker >= FRAMES.first &&
  marker <= FRAMES.last &&
  marker !== MARKER.later &&
  marker !== MARKER.conditioning;

function frameOf(marker: number, body: Uint8Array, mostPixels: number): Frame {
  // Huffman's data under the marker of arithmetic coding would be decoded to something without a word.
  if (marker > MARKER.later) throw new Damage("arithmetic coding");
  if (marker > FRAMES.progressive) throw new OtherCoding();
  return parseFrame(body, marker === FRAMES.progressive, mostPixels);
}

function segmentAt(file: Buffer, start: number) {
  let at = start;
  if (file[at] !== 0xff) throw new Damage("no marker");
  while (file[at] === 0xff) at++;
  const marker = required(file[at++], "end");
  if (marker === MARKER.end) return { marker, body: file.subarray(at, at), next: at };
  const next = at + ((file[at]! << 8) | file[at + 1]!);
  if (!(next >= at + 2 && next <= file.length)) throw new Damage("a segment without its end");
  return { marker, body: file.subarray(at + 2, next), next };
}

function readCodes(body: Uint8Array, { dc, ac }: Tables): void {
  for (let at = 0; at < body.length; ) {
    const counts = body.subarray(at + 1, at + 17);
    const symbols = at + 17 + counts.reduce((sum, count) => sum + count, 0);
    if (symbols > body.length) throw new Damage("a table without its end");
    const kind = body[at]! >> 4 ? ac : dc;
    kind[body[at]! & 15] = huffmanTable(counts, body.subarray(at + 17, symbols));
    at = symbols;
  }
}

/** The first entry is the mean's; 16 bits each where the high half byte says so. */
function readSteps(body: Uint8Array, { steps }: Tables): void {
  for (let at = 0; at < body.length; ) {
    const wide = body[at]! >> 4 > 0;
    steps[body[at]! & 15] = wide ? (body[at + 1]! << 8) | body[at + 2]! : body[at + 1]!;
    at += 1 + COEFFICIENTS * (wide ? 2 : 1);
  }
}
