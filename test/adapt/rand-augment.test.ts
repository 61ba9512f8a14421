import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { useBackend } from "../../adapt/backend/backend.js";
import { activations } from "../../adapt/images/activations.js";
import { randomResizedCrop } from "../../adapt/images/augmentation.js";
import {
  autocontrast,
  brightness,
  colour,
  contrast,
  equalize,
  posterize,
  sharpness,
  solarize,
} from "../../adapt/images/photometric.js";
import { photometricOperations, randAugment } from "../../adapt/images/rand-augment.js";
import { readJson } from "../../src/shared/files.js";
import { type DecodedImage, type Preprocessing, trainingView } from "../../src/shared/image.js";
import { stream } from "../../src/shared/rng.js";
import { idleWorkers } from "../../src/shared/warm-pool.js";
import { noiseFiles, ownBackbone } from "./files.js";

const operations = {
  autocontrast,
  equalize,
  solarize,
  posterize,
  colour,
  contrast,
  brightness,
  sharpness,
};

/** Bytes in base64. */
interface Case {
  operation: keyof typeof operations;
  value?: number;
  expected: string;
}
interface Fixture {
  width: number;
  height: number;
  pixels: string;
  cases: Case[];
  flat: { autocontrast: string; equalize: string };
}

const fixture = (await readJson("test/fixtures/adapt/photometric.json")) as Fixture;
const { width, height } = fixture;
const bytes = (packed: string) => Buffer.from(packed, "base64");
const picture = { data: bytes(fixture.pixels), width, height };

/** Byte levels between two pictures. */
const furthest = (a: Uint8Array, b: Uint8Array): number =>
  a.reduce((most, v, i) => Math.max(most, Math.abs(v - b[i]!)), 0);

describe("photometric operations", () => {
  it.each(fixture.cases)("$operation at $value is Pillow's, byte for byte", (one) => {
    const found = operations[one.operation](picture, one.value!);
    expect(found).toEqual(bytes(one.expected));
  });

  it.each(["autocontrast", "equalize"] as const)("%s leaves an image of one colour", (operation) => {
    const data = Buffer.alloc(picture.data.length, 77);
    expect(operations[operation]({ ...picture, data })).toEqual(bytes(fixture.flat[operation]));
  });
});

describe("RandAugment's operations", () => {
  const at = (strength: number) =>
    Object.entries(photometricOperations).map(
      ([name, operation]) => [name, operation(picture, strength, stream(1, name))] as const,
    );

  it("leave the image at magnitude 0, but for those without a strength", () => {
    const changed = at(0).filter(([, data]) => furthest(data, picture.data) > 0);
    expect(changed.map(([name]) => name)).toEqual(["autocontrast", "equalize"]);
  });

  it("change the image at the strongest, the identity aside, in place of none of its bytes", () => {
    for (const [name, data] of at(1))
      expect(furthest(data, picture.data) > 0, name).toBe(name !== "identity");
    expect(picture.data).toEqual(bytes(fixture.pixels));
  });

  it("go either way where there are two", () => {
    const means = Array.from({ length: 20 }, (_, seed) => {
      const data = photometricOperations.brightness(picture, 0.5, stream(seed, "either"));
      return data.reduce((sum, v) => sum + v, 0);
    });
    expect(new Set(means).size).toBe(2);
  });
});

describe("randAugment", () => {
  const to: Preprocessing = { size: 24, resize: 26, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] };
  const image = (sha256: string): DecodedImage => ({ ...picture, sha256 });
  const views = Array.from({ length: 30 }, (_, i) => i + 1);
  const made = (augmentation: ReturnType<typeof randAugment>, sha256 = "a") =>
    Promise.all(
      views.map(async (view) => (await augmentation.view(image(sha256), to, view)).toString("hex")),
    );

  it("makes the same view again, and others of other numbers, images, n and magnitudes", async () => {
    const strong = await made(randAugment({ n: 2, magnitude: 20 }));
    expect(await made(randAugment({ n: 2, magnitude: 20 }))).toEqual(strong);
    expect(new Set(strong).size).toBeGreaterThan(25);
    for (const other of [
      await made(randAugment({ n: 2, magnitude: 20 }), "b"),
      await made(randAugment({ n: 3, magnitude: 20 })),
      await made(randAugment({ n: 2, magnitude: 9 })),
    ])
      expect(other.filter((view, i) => view === strong[i]).length).toBeLessThan(15);
  });

  it("works on the views of random crops: where only the identity is drawn, it is the crop", async () => {
    const crops = await Promise.all(
      views.map(async (view) => (await trainingView(image("a"), to, view)).toString("hex")),
    );
    const weak = await made(randAugment({ n: 1, magnitude: 0 }));
    const same = weak.filter((view, i) => view === crops[i]).length;
    expect(same).toBeGreaterThan(views.length / 2); // all but equalize and autocontrast
    expect(same).toBeLessThan(views.length);
  });

  it.each([
    [{ n: 0 }, /^rand-augment: n: expected .*at least 1.*, found 0$/],
    [{ n: 1.5 }, /^rand-augment: n: expected .*, found 1\.5$/],
    [{ magnitude: 31 }, /^rand-augment: magnitude: expected .*at most 30.*, found 31$/],
    [{ magnitude: -1 }, /^rand-augment: magnitude: expected .*at least 0.*, found -1$/],
    [{ m: 9 } as object, /^rand-augment: m: expected no such key/],
  ])("refuses %j", (options, message) => {
    expect(() => randAugment(options)).toThrow(message);
  });
});

describe("activations under RandAugment", () => {
  beforeAll(() => useBackend());

  it("are computed by processes to the same values, and cached beside those of random crops", async () => {
    const { items, folder } = await noiseFiles(64);
    const { definition, card, network, weights, path } = await ownBackbone();
    const through = { definition, card, network, weights, pretrained: { weights, path } };
    const dir = join(folder, "cache");
    const options = { network: through, layer: "conv1", views: [0, 1, 2], cache: { dir, workers: 2 } };
    await activations(items, { ...options, augmentation: randomResizedCrop() });
    const augmentation = randAugment({ n: 2, magnitude: 15 });
    const spread = await activations(items, { ...options, augmentation });
    const pool = new URL("../../adapt/images/", import.meta.url).href;
    expect(idleWorkers(pool, "prefix-worker", 2)).toBe(2);
    expect(spread).toMatchObject({ computed: 192, cached: 0 });
    const again = randAugment({ n: 2, magnitude: 16 });
    expect(await activations(items, { ...options, augmentation: again })).toMatchObject({ computed: 192 });
    const alone = await activations(items, { ...options, augmentation, cache: null });
    for (const { id } of items)
      for (const view of [0, 1, 2]) expect(spread.get(id, view)).toEqual(alone.get(id, view));
  });
});
