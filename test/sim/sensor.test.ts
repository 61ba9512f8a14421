/** What each factor of the sensor does to pixels, against closed forms and figures of NumPy, Pillow and scikit-image. */
import { readFileSync } from "node:fs";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Renderer } from "../../sim/renderer/renderer.js";
import { resolveScene } from "../../sim/scene/resolve.js";
import type { ResolvedScene } from "../../sim/scene/resolved-scene.js";
import { parseScene } from "../../sim/scene/scene.js";
import { expose } from "../../sim/sensor/sensor.js";

type Sensor = ResolvedScene["sensor"];

const neutral = resolveScene(parseScene({ name: "neutral" }), 0, 0).sensor;

/** Levels by which two pictures differ. */
function distances(found: ArrayLike<number>, expected: ArrayLike<number>) {
  expect(found).toHaveLength(expected.length);
  const sorted = Array.from(found, (level, i) => Math.abs(level - expected[i]!)).sort((a, b) => a - b);
  const mean = sorted.reduce((sum, d) => sum + d, 0) / sorted.length;
  return { mean, p99: sorted[Math.floor(0.99 * sorted.length)]!, max: sorted.at(-1)! };
}

function expectWithin(
  found: ArrayLike<number>,
  expected: ArrayLike<number>,
  limits: { mean: number; max?: number; p99?: number },
): void {
  const { mean, p99, max } = distances(found, expected);
  expect(mean).toBeLessThanOrEqual(limits.mean);
  expect(p99).toBeLessThanOrEqual(limits.p99 ?? Number.POSITIVE_INFINITY);
  expect(max).toBeLessThanOrEqual(limits.max ?? Number.POSITIVE_INFINITY);
}

const reference = JSON.parse(readFileSync("test/fixtures/sim/sensor.json", "utf8"));
const { width, height } = reference as { width: number; height: number };
const rgb = (name: "busy" | "soft" | "faint") => Uint8Array.from(reference[name] as number[]);

/** The pixels that leave the sensor, without loss. */
async function exposed(picture: Uint8Array, factors: Partial<Sensor>): Promise<Buffer> {
  const { image } = await exposure(picture, factors);
  return sharp(image).raw().toBuffer();
}

function exposure(picture: Uint8Array, factors: Partial<Sensor>, format: "png" | "jpg" = "png") {
  const ids = new Uint8Array(width * height).fill(1);
  const sensor = { ...neutral, detail: reference.detail, ...factors };
  return expose({ rgb: picture, ids, width, height }, { sensor, image: { width, height, format } });
}

type Case = Partial<Sensor> & { expected: number[] };

describe("after the lens", () => {
  it("a neutral sensor changes nothing", async () => {
    expect(distances(await exposed(rgb("busy"), {}), rgb("busy")).max).toBe(0);
  });

  it.each(reference.motion as Case[])(
    "motion $motion at $motionAngle° is NumPy's mean along the path",
    async (one) => {
      const { expected, ...factors } = one;
      expect(distances(await exposed(rgb("busy"), factors), expected).max).toBe(0);
    },
  );

  it.each(reference.blur as Case[])(
    "blur $blur is NumPy's Gaussian, cut at a fifth of its height",
    async (one) => {
      expectWithin(await exposed(rgb("busy"), { blur: one.blur }), one.expected, { mean: 1.1, max: 2.5 });
    },
  );

  it("blur whose Gaussian is cut before the first neighbour leaves a picture as it is", async () => {
    const widest = 1 / Math.sqrt(2 * Math.log(5));
    expect(distances(await exposed(rgb("busy"), { blur: widest - 0.01 }), rgb("busy")).max).toBe(0);
    expect(distances(await exposed(rgb("busy"), { blur: widest + 0.01 }), rgb("busy")).mean).toBeGreaterThan(
      5,
    );
  });

  it.each(reference.sharpen as Case[])("sharpen $sharpen is an unsharp mask on lightness", async (one) => {
    const found = await exposed(rgb("faint"), { sharpen: one.sharpen });
    expectWithin(found, one.expected, { mean: 0.5, max: 1.5 });
    expect(distances(found, rgb("faint")).mean).toBeGreaterThan(1);
  });

  it.each(reference.downsample as Case[])(
    "downsample $downsample is a detour through a smaller size, and half a pixel to the right and down",
    async (one) => {
      expectWithin(await exposed(rgb("soft"), { downsample: one.downsample }), one.expected, {
        mean: 1.5,
        max: 10,
      });
    },
  );

  it.each(reference.noise as Case[])(
    "shot noise $shotNoise and read noise $readNoise are NumPy's, bit for bit",
    async (one) => {
      const { expected, ...factors } = one;
      expect(distances(await exposed(rgb("busy"), factors), expected).max).toBe(0);
    },
  );

  it.each([40, 128, 200])(
    "noise on level %i has the mean and the spread that its formula says",
    async (level) => {
      const flat = new Uint8Array(3 * width * height).fill(level);
      const [shotNoise, readNoise] = [0.05, 0.02];
      const noisy = await exposed(flat, { shotNoise, readNoise });
      const mean = noisy.reduce((sum, v) => sum + v, 0) / noisy.length;
      const std = Math.sqrt(noisy.reduce((sum, v) => sum + (v - mean) ** 2, 0) / noisy.length);
      const expected = 255 * Math.sqrt(shotNoise ** 2 * (level / 255) + readNoise ** 2);
      expect(Math.abs(mean - level)).toBeLessThan((4 * expected) / Math.sqrt(noisy.length));
      expect(std / expected).toBeCloseTo(1, 1);
    },
  );
});

describe("borders", () => {
  const flat = new Uint8Array(3 * width * height).fill(128);
  const rim = (x: number, y: number) => Math.min(x, y, width - 1 - x, height - 1 - y);

  it.each([
    ["white", [250]],
    ["black", [8]],
    ["framed", [250, 8]],
  ] as const)("%s covers the rim with its levels, and its labels", async (border, levels) => {
    const { image, mask } = await exposure(flat, { border });
    const pixels = await sharp(image).raw().toBuffer();
    const covered = [...mask.keys()].filter((i) => mask[i] === 0);
    const widest = Math.max(...covered.map((i) => rim(i % width, Math.floor(i / width))));
    expect(covered.length).toBeGreaterThan(0);
    for (let i = 0; i < mask.length; i++) {
      const depth = rim(i % width, Math.floor(i / width));
      expect(mask[i]).toBe(depth <= widest ? 0 : 1);
      if (depth > widest) expect(pixels[3 * i]).toBe(128);
      else expect(levels).toContain(pixels[3 * i]);
      if (depth === 0) expect(pixels[3 * i]).toBe(levels[0]);
      if (depth === widest) expect(pixels[3 * i]).toBe(levels.at(-1));
    }
  });
});

it.each([20, 50, 75, 96])("quality %i is that of the Independent JPEG Group's scale", async (quality) => {
  const { image } = await exposure(rgb("busy"), { quality }, "jpg");
  const table = image.indexOf(Buffer.from([0xff, 0xdb]));
  const scale = quality < 50 ? 5000 / quality : 200 - 2 * quality;
  // ITU-T T.81, table K.1, in zigzag order.
  const luminance = [16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17];
  const expected = luminance.map((step) => Math.min(255, Math.max(1, Math.floor((step * scale + 50) / 100))));
  expect([...image.subarray(table + 5, table + 5 + luminance.length)]).toEqual(expected);
});

describe("in the lens and the film", () => {
  const [W, H] = [96, 72];
  const scene = resolveScene(
    parseScene({
      name: "film",
      image: { width: W, height: H, format: "png" },
      surroundings: {
        support: "flower",
        petalHue: 0.02,
        petalSaturation: 0.9,
        petalLightness: 0.5,
        blades: 60,
      },
      camera: { aperture: 0, framing: 0.4 },
      sensor: { exposure: -0.8 },
    }),
    0,
    1,
  );
  let renderer: Renderer;
  let plain: Uint8Array;
  beforeAll(async () => {
    renderer = await Renderer.open(W, H);
    plain = await developed({});
  });
  afterAll(() => renderer.close());

  async function developed(factors: Partial<Sensor>): Promise<Uint8Array> {
    return (await renderer.render({ ...scene, sensor: { ...scene.sensor, ...factors } })).frames.rgb;
  }

  const [DENSITY, GAMMA] = [1.35, 2.2];
  const tone = (light: number) => 255 * (1 - Math.exp(-DENSITY * light)) ** (1 / GAMMA);
  const light = (level: number) => -Math.log(1 - (level / 255) ** GAMMA) / DENSITY;

  /** The plain picture with each channel's light multiplied. */
  const multiplied = (gain: (channel: number, x: number, y: number) => number): number[] =>
    Array.from(plain, (level, i) => {
      const pixel = Math.floor(i / 3);
      return tone(light(level) * gain(i % 3, pixel % W, Math.floor(pixel / W)));
    });

  it("the plain picture is neither black nor clipped, so that this means something", () => {
    expect(Math.max(...plain)).toBeLessThan(250);
    expect(
      distances(
        plain,
        plain.map(() => 0),
      ).mean,
    ).toBeGreaterThan(40);
  });

  it.each([-1.5, 0.2])("exposure %f is in stops of light", async (exposure) => {
    const expected = multiplied(() => 2 ** (exposure + 0.8));
    expectWithin(await developed({ exposure }), expected, { mean: 0.5, p99: 1.5 });
  });

  it("warmth is the gain of red over blue in stops, tint that of green", async () => {
    const [warmth, tint] = [0.6, -0.3];
    const gains = [2 ** (warmth / 2), 2 ** tint, 2 ** (-warmth / 2)];
    expectWithin(
      await developed({ warmth, tint }),
      multiplied((channel) => gains[channel]!),
      { mean: 0.5, p99: 1.5 },
    );
  });

  it("vignette takes light away with the square of the distance from the middle", async () => {
    const vignette = 0.7;
    const expected = multiplied((_, x, y) => {
      const squared = ((x + 0.5) / W - 0.5) ** 2 + ((y + 0.5) / H - 0.5) ** 2;
      return 1 - 1.6 * vignette * squared;
    });
    expectWithin(await developed({ vignette }), expected, { mean: 0.5, p99: 1.5 });
  });

  it.each([0.6, 1.4])("contrast %f stretches levels about the middle", async (contrast) => {
    const expected = Array.from(plain, (level) =>
      Math.min(255, Math.max(0, 127.5 + (level - 127.5) * contrast)),
    );
    expectWithin(await developed({ contrast }), expected, { mean: 0.5, p99: 1.5 });
  });

  it.each([0, 0.5, 1.6])(
    "saturation %f stretches colours about their luma, up to the brightest level",
    async (saturation) => {
      const expected = Array.from({ length: W * H }, (_, i) => {
        const [r, g, b] = [0, 1, 2].map((c) => plain[3 * i + c]! / 255) as [number, number, number];
        const grey = 0.299 * r + 0.587 * g + 0.114 * b;
        const vivid = [r, g, b].map((c) => saturation * (c - grey));
        const bearable = Math.min(1, (1 - grey) / Math.max(...vivid, 0.001));
        return vivid.map((c) => 255 * Math.max(0, grey + c * bearable));
      });
      expectWithin(await developed({ saturation }), expected.flat(), { mean: 0.5, p99: 1.5 });
    },
  );

  it("aberration moves red outwards and blue inwards, in pixels at the corner, and leaves green", async () => {
    const aberration = 3;
    const lights = Float64Array.from(plain, light);
    const at = (channel: number, x: number, y: number) => {
      const [u, v] = [Math.min(W - 1, Math.max(0, x)), Math.min(H - 1, Math.max(0, y))];
      const [i, j] = [Math.min(W - 2, Math.floor(u)), Math.min(H - 2, Math.floor(v))];
      const pixel = (a: number, b: number) => lights[3 * (b * W + a) + channel]!;
      const row = (b: number) => pixel(i, b) + (u - i) * (pixel(i + 1, b) - pixel(i, b));
      return row(j) + (v - j) * (row(j + 1) - row(j));
    };
    const expected: number[] = [];
    for (let y = 0; y < H; y++)
      for (let x = 0; x < W; x++) {
        const [dx, dy] = [(x + 0.5) / W - 0.5, (y + 0.5) / H - 0.5].map((d) => 2 * aberration * d) as [
          number,
          number,
        ];
        const shifted = [at(0, x + dx, y + dy), at(1, x, y), at(2, x - dx, y - dy)];
        expected.push(...shifted.map((value, c) => tone(0.7 * value + 0.3 * at(c, x, y))));
      }
    const found = await developed({ aberration });
    expectWithin(found, expected, { mean: 0.3, p99: 1.2 });
    expect(distances(found, plain).mean).toBeGreaterThan(1);
    expect(
      distances(
        found.filter((_, i) => i % 3 === 1),
        plain.filter((_, i) => i % 3 === 1),
      ).max,
    ).toBe(0);
  });
});
