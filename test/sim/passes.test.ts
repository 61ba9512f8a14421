/** Which labels are made: what is asked for, and never at the cost of another image. */
import { existsSync } from "node:fs";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { datasetManifest } from "../../sim/dataset/manifest.js";
import { readRecords } from "../../sim/dataset/records.js";
import { renderDataset } from "../../sim/dataset/render-dataset.js";
import { replaySample } from "../../sim/dataset/replay.js";
import { renderSample } from "../../sim/dataset/sample.js";
import { encodeNpy } from "../../sim/labels/npy.js";
import { Renderer } from "../../sim/renderer/renderer.js";
import { LABEL_PASSES, ONLY_MASKS, parsePasses } from "../../sim/scene/label-passes.js";
import { resolveScene } from "../../sim/scene/resolve.js";
import { parseScene, sceneHash } from "../../sim/scene/scene.js";
import { INSECT_PARTS } from "../../sim/subjects/insect/parts.js";
import { freshFolder, hashes, tinyScene } from "./tiny.js";

const refused = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    return (error as Error).message;
  }
  return "accepted";
};

describe("naming passes", () => {
  it("takes all, or a list in any order, and always masks", () => {
    expect(parsePasses("all")).toEqual(LABEL_PASSES);
    expect(parsePasses("depth, boxes")).toEqual(["masks", "boxes", "depth"]);
  });

  it("names an unknown pass, on the command line and in a scene", () => {
    expect(refused(() => parsePasses("boxes,flow"))).toMatch(
      /^--passes: expected all, or some of masks,.*"boxes,flow"$/,
    );
    expect(refused(() => parseScene({ name: "a", passes: ["flow"] }))).toMatch(
      /passes\.0: expected one of masks, boxes/,
    );
  });

  it("does not count for the scene's hash", () => {
    expect(sceneHash(tinyScene({ passes: ["depth"] }))).toBe(sceneHash(tinyScene()));
  });
});

it("images and masks are the same bytes with all passes as with none, under a border too", async () => {
  const scene = tinyScene({ sensor: { border: { choice: ["none", "framed"] } } });
  const renderer = await Renderer.open(64, 48);
  for (let index = 0; index < 6; index++) {
    const resolved = resolveScene(scene, 0, index);
    const bare = await renderSample(renderer, resolved, ONLY_MASKS);
    const full = await renderSample(renderer, resolved, LABEL_PASSES);
    expect(full.image.equals(bare.image)).toBe(true);
    expect(full.mask.equals(bare.mask)).toBe(true);
    expect(bare.labels).toEqual({});
    expect(bare.instances.map(({ bbox, area }) => [bbox, area])).toEqual(
      full.instances.map(({ bbox, area }) => [bbox, area]),
    );
    expect(bare.instances.every((one) => one.keypoints === undefined && one.bbox_obj === undefined)).toBe(
      true,
    );
  }
  renderer.close();
});

describe("a dataset with every pass", () => {
  it("has a file a pass and image, resumes over a lost one, and replays all of them", async () => {
    const out = await freshFolder();
    const options = { scene: tinyScene({ passes: [...LABEL_PASSES] }), out, count: 4, workers: 1 };
    await renderDataset(options);
    expect((await datasetManifest(out)).passes).toEqual(LABEL_PASSES);
    const kept = /^(images|masks|semantic|parts|depth|normals)\//;
    const first = await hashes(out, kept);
    expect(Object.keys(first)).toHaveLength(6 * 4);
    const { labels } = (await readRecords(out)).get(2)!;
    await rm(join(out, labels.depth!));
    expect(await renderDataset({ ...options, resume: true })).toMatchObject({ rendered: 1, skipped: 3 });
    expect(await hashes(out, kept)).toEqual(first);
    expect(await replaySample(out, 2)).toMatchObject({ identical: true, differing: [] });
  });

  it("is not continued with other passes", async () => {
    const out = await freshFolder();
    await renderDataset({ scene: tinyScene(), out, count: 1, workers: 1 });
    const other = renderDataset({
      scene: tinyScene(),
      out,
      count: 2,
      passes: ["masks", "boxes"],
      workers: 1,
      resume: true,
    });
    await expect(other).rejects.toThrow(/expected a dataset with passes masks,boxes .*found masks /);
    expect(existsSync(join(out, "depth"))).toBe(false);
  });
});

it("part masks use every part of both classes", async () => {
  const renderer = await Renderer.open(160, 120);
  const found = new Set<number>();
  const scene = parseScene({
    name: "parts",
    image: { width: 160, height: 120 },
    camera: { elevation: 70, framing: 1 },
  });
  for (let index = 0; index < 6; index++) {
    const { labels } = await renderSample(renderer, resolveScene(scene, 0, index), ["masks", "parts"]);
    for (const part of await sharp(labels.parts!).extractChannel(0).raw().toBuffer()) found.add(part);
  }
  renderer.close();
  expect([...found].sort()).toEqual([0, ...INSECT_PARTS.map((_, i) => i + 1)]);
});

it("arrays carry NumPy's header at a multiple of 64 bytes", () => {
  const file = encodeNpy(Float32Array.from([1, 2, 3, 4, 5, 6]), [2, 3]);
  expect(file.subarray(0, 8)).toEqual(Buffer.from("\x93NUMPY\x01\x00", "latin1"));
  expect((file.length - 24) % 64).toBe(0);
  expect(file.subarray(10).toString("latin1")).toMatch(
    /^\{'descr': '[<>]f4', 'fortran_order': False, 'shape': \(2, 3\), \} *\n/,
  );
});

it("leaves no temporary file behind", async () => {
  const out = await freshFolder();
  await renderDataset({ scene: tinyScene(), out, count: 2, passes: LABEL_PASSES, workers: 1 });
  const names = await readdir(out, { recursive: true });
  expect(names.filter((name) => name.endsWith(".tmp"))).toEqual([]);
  expect(await readFile(join(out, "scene.resolved.yaml"), "utf8")).toContain("name: tiny");
});
