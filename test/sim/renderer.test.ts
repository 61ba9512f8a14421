/** A renderer that remembers nothing: what it draws depends on the scene alone. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { renderSample, type Sample } from "../../sim/dataset/sample.js";
import { Renderer } from "../../sim/renderer/renderer.js";
import { LABEL_PASSES, ONLY_MASKS } from "../../sim/scene/label-passes.js";
import { resolveScene } from "../../sim/scene/resolve.js";
import type { ResolvedScene } from "../../sim/scene/resolved-scene.js";
import { loadScene, parseScene } from "../../sim/scene/scene.js";

const [WIDTH, HEIGHT] = [96, 72];

let scenes: ResolvedScene[];
beforeAll(async () => {
  const standard = await loadScene("scenes/crowd.yaml");
  const spec = parseScene({ ...standard, image: { width: WIDTH, height: HEIGHT } });
  scenes = Array.from({ length: 6 }, (_, i) => resolveScene(spec, 5, i));
});

/** Every byte of a sample. */
function bytes({ image, mask, labels, camera, instances, scene }: Sample): string {
  const files = [image, mask, ...Object.values(labels)].map((file) => Buffer.from(file).toString("base64"));
  return JSON.stringify({ files, camera, instances, scene });
}

async function drawn(order: readonly number[]): Promise<string[]> {
  const renderer = await Renderer.open(WIDTH, HEIGHT);
  const samples: string[] = [];
  for (const i of order) samples.push(bytes(await renderSample(renderer, scenes[i]!, LABEL_PASSES)));
  renderer.close();
  return samples;
}

it("draws A, then B, then A again, byte for byte, pictures and all labels", async () => {
  const [a, b, again] = await drawn([0, 1, 0]);
  expect(again).toBe(a);
  expect(b).not.toBe(a);
});

it("draws the same in any order, as in a renderer of its own", async () => {
  const forwards = await drawn([0, 1, 2, 3, 4, 5]);
  expect((await drawn([5, 3, 1, 4, 2, 0])).reverse()).toEqual([0, 2, 4, 1, 3, 5].map((i) => forwards[i]));
  expect(await drawn([4])).toEqual([forwards[4]]);
});

describe("one renderer", () => {
  let renderer: Renderer;
  beforeAll(async () => {
    renderer = await Renderer.open(WIDTH, HEIGHT);
  });
  afterAll(() => renderer.close());

  it("gives the labels that were asked for, whatever was asked for before", async () => {
    const bare = await renderer.render(scenes[0]!, ONLY_MASKS);
    const full = await renderer.render(scenes[0]!, LABEL_PASSES);
    const boxes = await renderer.render(scenes[0]!, ["masks", "boxes"]);
    expect([bare.geometry, bare.behindWings, bare.silhouettes.size]).toEqual([undefined, undefined, 0]);
    expect(full.geometry!.depth).toHaveLength(WIDTH * HEIGHT);
    expect([...full.silhouettes.keys()]).toEqual(
      [...new Set(full.frames.ids)].filter(Boolean).sort((a, b) => a - b),
    );
    expect(boxes.silhouettes).toEqual(full.silhouettes);
    expect(boxes.frames).toEqual(bare.frames);
  });

  it("refuses a scene of another size", async () => {
    const other = { ...scenes[0]!, image: { width: 64, height: 64, format: "png" as const } };
    await expect(renderer.render(other)).rejects.toMatchObject({
      exitCode: 2,
      message: 'image: expected 96x72, as the renderer was opened, found "64x64"',
    });
  });
});
