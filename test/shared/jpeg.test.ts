/** Which JPEGs are whole: every one that a writer makes, and none that damage has left without its sense. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import sharp, { type JpegOptions, type Sharp } from "sharp";
import { describe, expect, it } from "vitest";
import { isWholeJpeg } from "../../src/shared/jpeg/whole-jpeg.js";
import { type Stream, stream } from "../../src/shared/rng.js";
import { hymenoptera, WHY_NO_DATA } from "../support.js";

const PIXELS = 1e8;

/** Smooth shapes and a little noise: about as many bits a coefficient as a photograph has. */
function picture(width: number, height: number, channels: 1 | 3 = 3): Sharp {
  const draw = stream(0, "picture", width, height);
  const data = Buffer.alloc(width * height * channels);
  for (let i = 0; i < data.length; i++) {
    const [x, y] = [Math.floor(i / channels) % width, Math.floor(i / channels / width)];
    const wave = Math.sin(x / 9 + (i % channels)) + Math.cos((x * y) / 700);
    data[i] = 128 + 50 * wave + draw.uniform(-9, 9);
  }
  return sharp(data, { raw: { width, height, channels } });
}

const WRITERS: Record<string, JpegOptions> = {
  "4:2:0": { quality: 80 },
  "4:4:4": { quality: 95, chromaSubsampling: "4:4:4" },
  "standard tables": { quality: 80, optimiseCoding: false },
  progressive: { quality: 85, progressive: true },
  mozjpeg: { quality: 75, mozjpeg: true },
};

describe("whole", () => {
  it.each(Object.entries(WRITERS))("%s, of all sizes and qualities", async (_, writer) => {
    for (const [width, height] of [
      [1, 1],
      [8, 16],
      [17, 31],
      [250, 33],
    ] as const)
      for (const quality of [1, 30, 75, 100])
        for (const channels of [1, 3] as const) {
          const file = await picture(width, height, channels)
            .jpeg({ ...writer, quality })
            .toBuffer();
          expect(isWholeJpeg(file, PIXELS)).toBe(true);
        }
  });

  it.skipIf(!hymenoptera)(`photographs of many cameras (${WHY_NO_DATA})`, async () => {
    const names = await readdir(join(hymenoptera!, "train"), { recursive: true });
    const photographs = names.filter((name) => /\.jpe?g$/i.test(name));
    for (const name of photographs)
      expect(isWholeJpeg(await readFile(join(hymenoptera!, "train", name)), PIXELS), name).toBe(true);
  });

  it("with metadata and more behind its end", async () => {
    const file = await picture(20, 20)
      .withExif({ IFD0: { Artist: "me" } })
      .jpeg()
      .toBuffer();
    expect(isWholeJpeg(Buffer.concat([file, Buffer.from("a second picture")]), PIXELS)).toBe(true);
  });
});

/** Where the first scan's data begin. */
function dataAt(file: Buffer): number {
  let at = 2;
  for (;;) {
    const marker = file[at + 1];
    at += 2 + file.readUInt16BE(at + 2);
    if (marker === 0xda) return at;
  }
}

/** A grey picture of 64 blocks whose data are written by hand, with restart markers after every fourth. */
async function withRestarts(interval: (i: number) => number[], count = 16): Promise<Buffer> {
  const grey = sharp({ create: { width: 64, height: 64, channels: 3, background: "#808080" } });
  const file = await grey.toColourspace("b-w").jpeg({ optimiseCoding: false }).toBuffer();
  const data = dataAt(file);
  const scan = file.lastIndexOf(Buffer.from([0xff, 0xda]), data);
  const parts = [file.subarray(0, scan), [0xff, 0xdd, 0, 4, 0, 4], file.subarray(scan, data)];
  const intervals = Array.from({ length: count }, (_, i) => interval(i)).flat();
  return Buffer.concat([...parts, intervals, [0xff, 0xd9]].map((part) => Buffer.from(part)));
}
/** Four blocks: no difference of means, then their end, 00 1010 by the standard's tables. */
const FOUR_BLOCKS = [0x28, 0xa2, 0x8a];
const marked = (i: number, number = i % 8) => [...FOUR_BLOCKS, ...(i < 15 ? [0xff, 0xd0 + number] : [])];

describe("not whole", () => {
  it("restart markers that are missing, out of order or too many", async () => {
    const good = await withRestarts((i) => marked(i));
    expect(isWholeJpeg(good, PIXELS)).toBe(true);
    expect((await sharp(good, { failOn: "warning" }).stats()).channels[0]!.mean).toBe(128);
    const missing = await withRestarts((i) => (i === 5 ? FOUR_BLOCKS : marked(i)));
    const disordered = await withRestarts((i) => marked(i, i === 5 ? 3 : i % 8));
    const surplus = await withRestarts((i) => marked(i), 17);
    const short = await withRestarts((i) => (i === 5 ? marked(i).slice(1) : marked(i)));
    for (const file of [missing, disordered, surplus, short]) expect(isWholeJpeg(file, PIXELS)).toBe(false);
  });

  it("a block too many, a block too few", async () => {
    const one = (last: number[]) => withRestarts((i) => (i < 15 ? marked(i) : last));
    expect(isWholeJpeg(await one(FOUR_BLOCKS), PIXELS)).toBe(true);
    expect(isWholeJpeg(await one([...FOUR_BLOCKS, 0x28]), PIXELS)).toBe(false);
    expect(isWholeJpeg(await one(FOUR_BLOCKS.slice(0, 2)), PIXELS)).toBe(false);
  });

  it("no end, no scan, scans without end", async () => {
    const file = await picture(40, 40).jpeg({ progressive: true }).toBuffer();
    expect(isWholeJpeg(file, PIXELS)).toBe(true);
    expect(isWholeJpeg(file.subarray(0, -2), PIXELS)).toBe(false);
    const scan = file.lastIndexOf(Buffer.from([0xff, 0xda]));
    const last = file.subarray(scan, -2);
    const many = [file.subarray(0, -2), ...Array(80).fill(last), file.subarray(-2)];
    expect(isWholeJpeg(Buffer.concat(many), PIXELS)).toBe(false);
    const none = Buffer.concat([file.subarray(0, 20), file.subarray(-2)]);
    expect(isWholeJpeg(none, PIXELS)).toBe(false);
  });
});

const noise = (draw: Stream, length: number) => Buffer.from(Array.from({ length }, () => draw.integer(255)));
const DAMAGES: Record<string, (file: Buffer, at: number, draw: Stream) => void> = {
  "a bit": (file, at, draw) => {
    file[at]! ^= 1 << draw.integer(8);
  },
  "16 bytes": (file, at, draw) => void noise(draw, 16).copy(file, at),
  "64 bytes": (file, at, draw) => void noise(draw, 64).copy(file, at),
  "512 zeros": (file, at) => void file.fill(0, at, at + 512),
};
/**
 * What is found of 100, a little below the figure that was reached. What stays hidden is another picture that could
 * have been written: a bit of a coefficient's value, or codes that fall into step within the block.
 */
const FOUND: [writer: keyof typeof WRITERS, damage: keyof typeof DAMAGES, least: number][] = [
  ["4:2:0", "a bit", 15],
  ["4:2:0", "16 bytes", 65],
  ["4:2:0", "64 bytes", 85],
  ["4:2:0", "512 zeros", 98],
  ["4:4:4", "a bit", 34],
  ["4:4:4", "16 bytes", 85],
  ["4:4:4", "64 bytes", 98],
  ["4:4:4", "512 zeros", 98],
  ["progressive", "a bit", 27],
  ["progressive", "16 bytes", 78],
  ["progressive", "64 bytes", 84],
  ["progressive", "512 zeros", 98],
];

describe("damage in the middle", () => {
  it.each(FOUND)("%s, %s: at least %i of 100", async (writer, damage, least) => {
    const whole = await picture(320, 240).jpeg(WRITERS[writer]).toBuffer();
    const first = dataAt(whole);
    const found = Array.from({ length: 100 }, (_, i) => {
      const draw = stream(i, writer, damage);
      const file = Buffer.from(whole);
      DAMAGES[damage]!(file, first + draw.integer(file.length - first - 520), draw);
      return isWholeJpeg(file, PIXELS) ? 0 : 1;
    });
    const sum = found.reduce<number>((a, b) => a + b, 0);
    expect(sum).toBeGreaterThanOrEqual(least);
  });
});
