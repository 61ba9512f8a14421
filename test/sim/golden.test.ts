import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Renderer } from "../../sim/renderer/renderer.js";
import { resolveScene } from "../../sim/scene/resolve.js";
import { parseScene } from "../../sim/scene/scene.js";

/** Levels of 255 by which a driver's rounding may move a picture. A changed shape, colour or light moves it by more. */
const DISTANCE = { mean: 1, p95: 4 };

const scene = (support: string) =>
  parseScene({
    name: "golden",
    image: { width: 160, height: 128, format: "png" },
    subject: { antPreset: "formica", beePreset: "honey", wingSpread: 0.4 },
    surroundings: { support, flowerRadius: 16 },
    camera: { framing: 0.8, aperture: 0.02 },
  });

let renderer: Renderer;
beforeAll(async () => {
  renderer = await Renderer.open(160, 128);
});
afterAll(() => renderer.close());

const firstOf = (label: string, spec: ReturnType<typeof scene>) =>
  Array.from({ length: 12 }, (_, i) => resolveScene(spec, 0, i)).find(
    (resolved) => resolved.label === label,
  )!;

describe("goldens", () => {
  it.each([
    ["ant-on-soil", "ants", "ground"],
    ["bee-on-flower", "bees", "flower"],
  ])("%s", async (name, label, support) => {
    const { frames } = await renderer.render(firstOf(label, scene(support)));
    const { rgb, width, height } = frames;
    await expectImage(rgb, width, height, join("test", "golden", `${name}.png`));
  });
});

/** UPDATE_GOLDENS=1 writes the pictures anew, to be looked at and committed. */
async function expectImage(rgb: Uint8Array, width: number, height: number, path: string): Promise<void> {
  if (process.env.UPDATE_GOLDENS) {
    await mkdir(join("test", "golden"), { recursive: true });
    await writeFile(
      path,
      await sharp(rgb, { raw: { width, height, channels: 3 } })
        .png()
        .toBuffer(),
    );
  }
  expect(existsSync(path)).toBe(true);
  const golden = await sharp(path).removeAlpha().raw().toBuffer();
  expect(golden.length).toBe(rgb.length);
  const distances = rgb.map((level, i) => Math.abs(level - golden[i]!)).sort();
  expect(distances.reduce((sum, d) => sum + d, 0) / distances.length).toBeLessThanOrEqual(DISTANCE.mean);
  expect(distances[Math.floor(distances.length * 0.95)]).toBeLessThanOrEqual(DISTANCE.p95);
}
