/** Files under an image's name that are none, and folders that are no sets of images. */
import { execFileSync } from "node:child_process";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import sharp, { type Sharp } from "sharp";
import { expect, it } from "vitest";
import { describePassedOver, openImageFolder } from "../../src/shared/dataset.js";
import { decodeImage } from "../../src/shared/image.js";
import { stream } from "../../src/shared/rng.js";
import { temporaryFolder } from "../support.js";
import { faults, type Row } from "./runner.js";

/** Noise, so that every byte of the file matters. */
const noise = (): Sharp => {
  const draw = stream(0, "pixels");
  const data = Buffer.from(Array.from({ length: 3 * 96 * 96 }, () => draw.integer(256)));
  return sharp(data, { raw: { width: 96, height: 96, channels: 3 } });
};
const [jpeg, progressive, png, gif, webp, tiff, avif] = await Promise.all([
  noise().jpeg({ quality: 90 }).toBuffer(),
  noise().jpeg({ progressive: true }).toBuffer(),
  noise().png().toBuffer(),
  noise().gif().toBuffer(),
  noise().webp().toBuffer(),
  noise().tiff().toBuffer(),
  noise().avif().toBuffer(),
]);

const batch = ["batch", "set", "--out", "grid.png"];
const image = (what: string, content: Uint8Array | string, found: RegExp): Row => ({
  what,
  args: batch,
  code: 2,
  says: new RegExp(`a\\.jpg: expected a whole JPEG or PNG image, found ${found.source}`),
  files: { "set/ants/a.jpg": content },
});

/** A copy with some bytes replaced. */
const damaged = (bytes: Buffer, from: number, length: number, value: number): Buffer =>
  Buffer.concat([bytes.subarray(0, from), Buffer.alloc(length, value), bytes.subarray(from + length)]);
const middle = (bytes: Buffer) => bytes.length >> 1;
const patched = (bytes: Buffer, at: number, by: ArrayLike<number>): Buffer =>
  Buffer.concat([bytes.subarray(0, at), Uint8Array.from(by), bytes.subarray(at + by.length)]);
const without = (bytes: Buffer, at: number, length: number): Buffer =>
  Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
const noiseBytes = (length: number) => Array.from({ length }, (_, i) => (i * 151 + 7) % 255);

/** Where a JPEG's first marker of that kind stands. */
const markerAt = (bytes: Buffer, marker: number) => bytes.indexOf(Buffer.from([0xff, marker]));
const withSegment = (bytes: Buffer, segment: number[]): Buffer => {
  const scan = markerAt(bytes, 0xda);
  return Buffer.concat([bytes.subarray(0, scan), Uint8Array.from(segment), bytes.subarray(scan)]);
};
/** The same data under a frame of another size. */
const sized = (bytes: Buffer, height: number, width: number): Buffer => {
  const frame = Math.max(markerAt(bytes, 0xc0), markerAt(bytes, 0xc2));
  return patched(bytes, frame + 5, [height >> 8, height & 0xff, width >> 8, width & 0xff]);
};
/** PNG's chunk: length, kind, content, checksum. */
const chunk = (kind: string, content: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(kind), content]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(content.length);
  body.copy(whole, 4);
  whole.writeUInt32BE(crc32(body), body.length + 4);
  return whole;
};
const AFTER_HEADER = 33;
const animated = (bytes: Buffer): Buffer =>
  Buffer.concat([
    bytes.subarray(0, AFTER_HEADER),
    chunk("acTL", Buffer.from([0, 0, 0, 2, 0, 0, 0, 0])),
    bytes.subarray(AFTER_HEADER),
  ]);
const withHeader = (bytes: Buffer, width: number, height: number): Buffer => {
  const header = Buffer.from(bytes.subarray(16, 29));
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  return Buffer.concat([bytes.subarray(0, 8), chunk("IHDR", header), bytes.subarray(AFTER_HEADER)]);
};
const rescanned = (bytes: Buffer, times: number): Buffer => {
  const last = bytes.subarray(bytes.lastIndexOf(Buffer.from([0xff, 0xda])), -2);
  return Buffer.concat([bytes.subarray(0, -2), ...Array(times).fill(last), bytes.subarray(-2)]);
};

faults("contents", [
  image("nothing", "", /an empty file/),
  image("text", "not a photograph", /another format/),
  image("SVG", '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', /another format/),
  image("GIF", gif, /another format/),
  image("WebP", webp, /another format/),
  image("TIFF", tiff, /another format/),
  image("AVIF", avif, /another format/),
  image("a JPEG's first bytes", jpeg.subarray(0, 20), /a damaged or truncated one/),
  image("a PNG's first bytes", png.subarray(0, 20), /a damaged or truncated one/),
  image("half a JPEG", jpeg.subarray(0, middle(jpeg)), /a damaged or truncated one/),
  image("half a PNG", png.subarray(0, middle(png)), /a damaged or truncated one/),
  image("a JPEG without its last tenth", jpeg.subarray(0, Math.floor(0.9 * jpeg.length)), /a damaged/),
  image("a JPEG whose middle is ones", damaged(jpeg, middle(jpeg), 64, 0xff), /a damaged/),
  image("a JPEG without a hundred bytes of the middle", without(jpeg, middle(jpeg), 100), /a damaged/),
  image("a JPEG with a marker in the middle", damaged(jpeg, middle(jpeg), 2, 0xd9), /a damaged/),
  image("a JPEG with noise in the middle", patched(jpeg, middle(jpeg), noiseBytes(64)), /a damaged/),
  image("a JPEG without its end", jpeg.subarray(0, -2), /a damaged/),
  image("a JPEG without a byte of the middle", without(jpeg, middle(jpeg), 1), /a damaged/),
  image("a JPEG with bits left over", patched(jpeg, jpeg.length - 2, [0x5a, 0x5a, 0xff, 0xd9]), /a damaged/),
  image("a JPEG whose restarts are missing", withSegment(jpeg, [0xff, 0xdd, 0, 4, 0, 1]), /a damaged/),
  image(
    "a JPEG of a billion pixels",
    sized(progressive, 0x7fff, 0x7fff),
    /one of more than 100000000 pixels/,
  ),
  image("a JPEG of more rows than it has", sized(jpeg, 104, 96), /a damaged/),
  image("a JPEG of fewer rows than it has", sized(jpeg, 80, 96), /a damaged/),
  image("a JPEG that is scanned again and again", rescanned(progressive, 80), /a damaged/),
  image("a PNG whose middle is zeros", damaged(png, middle(png), 64, 0), /a damaged/),
  image("a PNG without its last chunk", png.subarray(0, -12), /a damaged/),
  image("a PNG with a wrong checksum", patched(png, png.length - 1, [0]), /a damaged/),
  image("an animated PNG", animated(png), /a damaged or truncated one, or one of another coding/),
  image("a PNG of four billion pixels", withHeader(png, 65_500, 65_500), /one of more than 100000000 pixels/),
  image("a PNG of no pixels", withHeader(png, 0, 0), /a damaged/),
  image(
    "a JPEG that calls its coding arithmetic",
    patched(jpeg, markerAt(jpeg, 0xc0) + 1, [0xc9]),
    /a damaged/,
  ),
  image(
    "a JPEG that calls its coding lossless",
    patched(jpeg, markerAt(jpeg, 0xc0) + 1, [0xc3]),
    /a damaged/,
  ),
  image("a JPEG of 12 bits", patched(jpeg, markerAt(jpeg, 0xc0) + 4, [12]), /a damaged/),
  image("a JPEG of no pixels", sized(jpeg, 0, 0), /a damaged/),
  image("a JPEG behind another byte", Buffer.concat([Buffer.from("x"), jpeg]), /another format/),
  image("a PNG with one byte changed", damaged(png, middle(png), 1, png[middle(png)]! ^ 1), /a damaged/),
]);

const set = (what: string, prepare: (here: string) => Promise<unknown>, says: RegExp): Row => ({
  what,
  args: batch,
  code: 2,
  says,
  prepare: async (here) => {
    await mkdir(join(here, "set/ants"), { recursive: true });
    await prepare(here);
  },
});

faults("folders", [
  { what: "nothing there", args: batch, code: 2, says: /set: expected a folder, found nothing there/ },
  {
    what: "a file",
    args: batch,
    code: 2,
    says: /set: a part of the path is not a folder/,
    files: { set: "" },
  },
  set("an empty class", async () => undefined, /ants: expected at least one JPEG or PNG image, found none/),
  set(
    "a class of hidden files",
    (here) => writeFile(join(here, "set/ants/._a.jpg"), "x"),
    /ants: expected at least one/,
  ),
  set(
    "a class of other files",
    (here) => writeFile(join(here, "set/ants/a.gif"), gif),
    /ants: expected at least one/,
  ),
  set(
    "a folder under an image's name",
    (here) => mkdir(join(here, "set/ants/a.jpg")),
    /ants: expected at least one/,
  ),
  set(
    "a pipe",
    async (here) => execFileSync("mkfifo", [join(here, "set/ants/a.jpg")]),
    /a\.jpg: expected a file, found a pipe/,
  ),
  set(
    "a device without end",
    (here) => symlink("/dev/zero", join(here, "set/ants/a.jpg")),
    /a\.jpg: expected a file, found a device/,
  ),
  set(
    "a link to nothing",
    (here) => symlink("gone.jpg", join(here, "set/ants/a.jpg")),
    /a\.jpg: expected a file, found a link to nothing/,
  ),
  set(
    "a link to itself",
    (here) => symlink("a.jpg", join(here, "set/ants/a.jpg")),
    /a\.jpg: its links lead in a circle/,
  ),
  set(
    "a class that is the set",
    (here) => symlink("..", join(here, "set/ants/up")).then(() => symlink(".", join(here, "set/bees"))),
    /bees: expected a class folder, found a link to a folder that it stands in/,
  ),
  ...["constructor", "toString", "__proto__"].map((name) =>
    set(`a class ${name}`, (here) => mkdir(join(here, "set", name)), /expected a class by another name/),
  ),
  {
    what: "another's picture in the grid's place",
    args: batch,
    code: 2,
    says: /grid\.png: expected a new file or a picture of antbee's, found another's file/,
    files: { "set/ants/a.jpg": jpeg, "grid.png": png },
  },
  {
    what: "a grid of more pixels than a picture has",
    args: [...batch, "--views", "100000"],
    code: 2,
    says: /the grid: expected at most 100000000 pixels/,
    files: { "set/ants/a.jpg": jpeg },
  },
]);

it("follows links to images and classes, and counts what it passes over", async () => {
  const here = await temporaryFolder();
  await mkdir(join(here, "elsewhere"));
  await mkdir(join(here, "set/ants"), { recursive: true });
  await writeFile(join(here, "elsewhere/b.jpg"), jpeg);
  await symlink("../elsewhere", join(here, "set/bees"));
  await symlink("../../elsewhere/b.jpg", join(here, "set/ants/a.jpg"));
  for (const name of ["._a.jpg", ".DS_Store", "notes.txt"])
    await writeFile(join(here, "set/ants", name), "x");
  const { items } = await openImageFolder(join(here, "set"));
  expect(items.map(({ id }) => id)).toEqual(["ants/a.jpg", "bees/b.jpg"]);
  expect(await describePassedOver(join(here, "set"))).toMatch(
    /set: passed over 1 file that is no \.jpg, \.jpeg or \.png and 2 hidden files$/,
  );
  expect((await decodeImage(items[0]!.path)).width).toBe(96);
});
