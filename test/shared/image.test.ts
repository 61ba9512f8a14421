import { stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { decodeImage, evaluationView, networkInput, randomResizedCrop } from "../../src/shared/image.js";
import { stream } from "../../src/shared/rng.js";
import { temporaryFolder, writeImage } from "../support.js";

const IMAGENET = { size: 224, resize: 256, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } as const;

describe("decodeImage", () => {
  it("refuses a truncated JPEG and a renamed text, naming the file", async () => {
    const folder = await temporaryFolder();
    const cut = await writeImage(join(folder, "cut.jpg"), [200, 10, 10], 200);
    await truncate(cut, Math.floor((await stat(cut)).size * 0.7));
    await expect(decodeImage(cut)).rejects.toThrow(/cut\.jpg: expected a whole JPEG or PNG image, found/);
    const text = join(folder, "text.jpg");
    await writeFile(text, "this is no photograph");
    await expect(decodeImage(text)).rejects.toMatchObject({ exitCode: 2 });
  });

  it("turns an EXIF-rotated and a grey image into upright RGB", async () => {
    const folder = await temporaryFolder();
    const path = join(folder, "turned.jpg");
    await sharp({ create: { width: 30, height: 20, channels: 3, background: "red" } })
      .jpeg()
      .withMetadata({ orientation: 6 })
      .toFile(path);
    expect(await decodeImage(path)).toMatchObject({ width: 20, height: 30 });
    const grey = join(folder, "grey.png");
    await sharp({ create: { width: 4, height: 4, channels: 3, background: "#808080" } })
      .greyscale()
      .png()
      .toFile(grey);
    const { data } = await decodeImage(grey);
    expect(data.length).toBe(4 * 4 * 3);
    expect([...data.subarray(0, 3)]).toEqual([128, 128, 128]);
  });
});

describe("views", () => {
  it("evaluates the centre: a wide image keeps its middle colour only", async () => {
    const path = join(await temporaryFolder(), "wide.png");
    const band = (left: number, background: string) => ({
      input: { create: { width: 200, height: 300, channels: 3 as const, background } },
      left,
      top: 0,
    });
    await sharp({ create: { width: 900, height: 300, channels: 3, background: "#0000ff" } })
      .composite([band(0, "#ff0000"), band(700, "#ff0000")])
      .png()
      .toFile(path);
    const view = await evaluationView(await decodeImage(path), IMAGENET);
    for (let i = 0; i < view.length; i += 3) if (view[i]! > 0) throw new Error(`red at pixel ${i / 3}`);
    expect(view.length).toBe(224 * 224 * 3);
  });

  it("normalises as torchvision does: (x / 255 - mean) / std, interleaved", async () => {
    const path = await writeImage(join(await temporaryFolder(), "flat.jpg"), [255, 0, 128], 300);
    const input = await networkInput(await decodeImage(path), IMAGENET, 0);
    const centre = 3 * (112 * 224 + 112);
    const expected = [(1 - 0.485) / 0.229, -0.456 / 0.224, (128 / 255 - 0.406) / 0.225];
    for (const c of [0, 1, 2]) expect(Math.abs(input[centre + c]! - expected[c]!)).toBeLessThan(0.05); // JPEG's rounding
  });

  it("normalises every byte of every channel to the nearest float", async () => {
    const path = join(await temporaryFolder(), "bytes.png");
    const pixels = Buffer.from(
      Array.from({ length: 256 * 256 * 3 }, (_, i) => (i + 7 * Math.floor(i / 768)) % 256),
    );
    await sharp(pixels, { raw: { width: 256, height: 256, channels: 3 } })
      .png()
      .toFile(path);
    const image = await decodeImage(path);
    const view = await evaluationView(image, IMAGENET);
    expect(new Set(view.filter((_, i) => i % 3 === 0)).size).toBe(256);
    const nearest = (byte: number, i: number) => (byte / 255 - IMAGENET.mean[i % 3]!) / IMAGENET.std[i % 3]!;
    expect(await networkInput(image, IMAGENET, 0)).toEqual(Float32Array.from(view, nearest));
  });

  it("repeats a training view for its number and differs between numbers", async () => {
    const path = join(await temporaryFolder(), "noise.png");
    const pixels = Buffer.from(Array.from({ length: 64 * 64 * 3 }, (_, i) => (i * 2654435761) % 256));
    await sharp(pixels, { raw: { width: 64, height: 64, channels: 3 } })
      .png()
      .toFile(path);
    const image = await decodeImage(path);
    const [a, again, b] = await Promise.all([1, 1, 2].map((view) => networkInput(image, IMAGENET, view)));
    expect(again).toEqual(a);
    expect(b).not.toEqual(a);
  });
});

it("randomResizedCrop stays inside, within torchvision's areas and ratios", () => {
  for (const [width, height] of [
    [500, 375],
    [60, 400],
    [224, 224],
    [1000, 20],
  ] as const)
    for (let i = 0; i < 300; i++) {
      const crop = randomResizedCrop({ width, height }, stream(i, "crop"));
      expect(crop.left).toBeGreaterThanOrEqual(0);
      expect(crop.top).toBeGreaterThanOrEqual(0);
      expect(crop.left + crop.width).toBeLessThanOrEqual(width);
      expect(crop.top + crop.height).toBeLessThanOrEqual(height);
      const ratio = crop.width / crop.height;
      expect(ratio).toBeGreaterThan(0.7);
      expect(ratio).toBeLessThan(1.43);
    }
});
