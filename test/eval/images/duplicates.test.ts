import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { duplicateReport } from "../../../eval/images/duplicate-report.js";
import {
  differenceHash,
  findDuplicates,
  hammingDistance,
  NEAR_DISTANCE,
} from "../../../eval/images/duplicates.js";
import { stream } from "../../../src/shared/rng.js";
import type { UnlabeledItem } from "../../../src/shared/types.js";
import { lastingFolder } from "../../support.js";

/** A picture of soft blobs, as a photograph's coarse structure is. */
async function picture(seed: number): Promise<Buffer> {
  const draw = stream(seed, "picture");
  const data = Buffer.from(Array.from({ length: 8 * 6 * 3 }, () => draw.integer(256)));
  return sharp(data, { raw: { width: 8, height: 6, channels: 3 } })
    .resize(320, 240, { kernel: "cubic" })
    .png()
    .toBuffer();
}

describe("findDuplicates", () => {
  let root: string;
  const items: UnlabeledItem[] = [];
  async function add(id: string, bytes: Buffer) {
    const path = join(root, id);
    await mkdir(join(path, ".."), { recursive: true });
    await writeFile(path, bytes);
    items.push({ id, path, split: id.split("/")[0]! });
  }

  beforeAll(async () => {
    root = await lastingFolder();
    const original = await picture(1);
    await add("train/ants/a.png", original);
    await add("val/ants/copy.png", original);
    await add("val/ants/small.jpg", await sharp(original).resize(160, 120).jpeg({ quality: 70 }).toBuffer());
    await add(
      "train/bees/mirror.jpg",
      await sharp(await picture(2))
        .flop()
        .jpeg()
        .toBuffer(),
    );
    await add("train/bees/b.png", await picture(2));
    for (let seed = 3; seed < 30; seed++) await add(`train/bees/${seed}.png`, await picture(seed));
  });

  it("finds the copy across splits, the recompressed copy, and the mirror image, and nothing else", async () => {
    const progress: number[] = [];
    const { exact, near } = await findDuplicates(items, (done) => progress.push(done));
    expect(exact.map((group) => group.items.map((item) => item.id))).toEqual([
      ["train/ants/a.png", "val/ants/copy.png"],
    ]);
    const pairs = near.map(({ a, b, mirrored }) => [a.id, b.id, mirrored]);
    expect(pairs).toHaveLength(3);
    expect(pairs).toContainEqual(["train/ants/a.png", "val/ants/small.jpg", false]);
    expect(pairs).toContainEqual(["val/ants/copy.png", "val/ants/small.jpg", false]);
    expect(pairs).toContainEqual(["train/bees/mirror.jpg", "train/bees/b.png", true]);
    expect(progress.at(-1)).toBe(items.length);
  });

  it("finds by their features what pixels do not show", async () => {
    const features = { rows: items.length, columns: items.length, data: new Float32Array(items.length ** 2) };
    // Every picture has a direction of its own, but for two of a kind.
    items.forEach((_, i) => {
      features.data[i * items.length + i] = 2;
    });
    features.data[8 * items.length + 9] = 5;
    const { near } = await findDuplicates(items.slice(), undefined, features);
    const [a, b] = [items[8]!.id, items[9]!.id];
    const found = near.find((pair) => pair.a.id === a && pair.b.id === b)!;
    expect(found.cosine).toBeCloseTo(5 / Math.hypot(2, 5), 6);
    expect(found.distance).toBeGreaterThan(NEAR_DISTANCE);
    expect(near).toHaveLength(4);
  });

  it("reports where pairs lie, and leaves out those of the other domain alone", async () => {
    const checked = items.map((item, i) => ({ ...item, domain: i === 2 || i > 6 ? "renders" : "set" }));
    const report = duplicateReport("set", checked, await findDuplicates(checked), null);
    expect(report.exact).toEqual([
      { place: "between splits", ids: ["train/ants/a.png", "val/ants/copy.png"] },
    ]);
    const places = report.near.map(({ a, b, place }) => [a, b, place]);
    expect(places).toContainEqual(["train/ants/a.png", "val/ants/small.jpg", "between domains"]);
    expect(places).toContainEqual(["train/bees/mirror.jpg", "train/bees/b.png", "within a split"]);
    expect(report.images).toBe(6);
    const renders = checked.map((item) => ({ ...item, domain: "renders" }));
    expect(duplicateReport("set", renders, await findDuplicates(renders), null).near).toEqual([]);
  });

  it("names a file that is no image", async () => {
    const path = join(root, "text.jpg");
    await writeFile(path, "not an image");
    await expect(findDuplicates([{ id: "text.jpg", path, split: "all" }])).rejects.toThrow("text.jpg");
  });
});

describe("the difference hash", () => {
  const grey = (values: (x: number, y: number) => number) => ({
    data: Buffer.from(
      Array.from({ length: 72 * 3 }, (_, i) => values(Math.floor(i / 3) % 9, Math.floor(i / 27))),
    ),
    width: 9,
    height: 8,
  });

  it("of a picture that darkens to the right is all ones, and of one that brightens all zeros", async () => {
    expect(await differenceHash(grey((x) => 200 - 20 * x))).toEqual([-1, -1]);
    expect(await differenceHash(grey((x) => 20 * x))).toEqual([0, 0]);
  });

  it("has a Hamming distance of 0 to 64", () => {
    expect(hammingDistance([0, 0], [0, 0])).toBe(0);
    expect(hammingDistance([0, 5], [0, 6])).toBe(2);
    expect(hammingDistance([-1, -1], [0, 0])).toBe(64);
  });
});
