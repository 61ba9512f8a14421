import { execFileSync, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { appendFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import type { CocoFile } from "../../sim/dataset/coco.js";
import { writeContactSheet } from "../../sim/dataset/contact-sheet.js";
import { datasetManifest } from "../../sim/dataset/manifest.js";
import { mergeDataset } from "../../sim/dataset/merge.js";
import { readRecords } from "../../sim/dataset/records.js";
import { renderDataset } from "../../sim/dataset/render-dataset.js";
import { replaySample } from "../../sim/dataset/replay.js";
import { sceneHash } from "../../sim/scene/scene.js";
import { openImageFolder } from "../../src/shared/dataset.js";
import { readJson } from "../../src/shared/files.js";
import { freshFolder, hashes, tinyScene } from "./tiny.js";

const COUNT = 24;
const scene = tinyScene();
let whole: string;
let expected: Record<string, string>;

const progress: number[] = [];

beforeAll(async () => {
  whole = await freshFolder();
  const onProgress = (done: number) => {
    progress.push(done);
  };
  await renderDataset({ scene, out: whole, count: COUNT, seed: 0, workers: 2, onProgress });
  await mergeDataset(whole);
  expected = await hashes(whole);
});

describe("a rendered dataset", () => {
  it("is an ImageFolder with a mask for every image", async () => {
    const train = await openImageFolder(whole.concat("/images"), "train");
    const val = await openImageFolder(whole.concat("/images"), "val");
    expect(train.classes).toEqual(["ants", "bees"]);
    expect([train.items.length, val.items.length]).toEqual([20, 4]);
    const { width, height, channels } = await sharp(train.items[0]!.path).metadata();
    expect([width, height, channels]).toEqual([64, 48, 3]);
    expect(Object.keys(expected).filter((name) => name.startsWith("masks/"))).toHaveLength(COUNT);
  });

  it("told how far it had come, up to the last image", () => {
    expect(progress).toEqual([6, 12, 18, 24]);
  });

  it("states what it is, without a count or a date", async () => {
    const manifest = await datasetManifest(whole);
    expect(manifest).toMatchObject({
      scene: "tiny",
      seed: 0,
      sceneSha256: sceneHash(scene),
      classes: ["ants", "bees"],
      width: 64,
      height: 48,
    });
    expect(await readFile(join(whole, "dataset.json"), "utf8")).not.toMatch(/count|20\d\d-/);
  });

  it("has COCO annotations that its masks confirm", async () => {
    const coco = await readJson<CocoFile>(join(whole, "annotations", "instances_train.json"));
    expect(coco.categories.map((c) => [c.id, c.name])).toEqual([
      [1, "ants"],
      [2, "bees"],
    ]);
    expect(coco.images).toHaveLength(20);
    expect(new Set(coco.annotations.map((a) => a.id)).size).toBe(coco.annotations.length);
    for (const image of coco.images) {
      const mask = await sharp(join(whole, "masks", image.file_name.replace(/jpg$/, "png")))
        .extractChannel(0)
        .raw()
        .toBuffer();
      const annotations = coco.annotations.filter((a) => a.image_id === image.id);
      expect(annotations.length).toBeGreaterThan(0);
      expect(annotations.reduce((sum, a) => sum + a.area, 0)).toBe(mask.filter((v) => v > 0).length);
      for (const { bbox, iscrowd } of annotations) {
        expect(iscrowd).toBe(0);
        expect(bbox[0] + bbox[2]).toBeLessThanOrEqual(image.width);
        expect(bbox[1] + bbox[3]).toBeLessThanOrEqual(image.height);
      }
    }
  });

  it("merges twice to the same bytes", async () => {
    await mergeDataset(whole);
    expect(await hashes(whole)).toEqual(expected);
  });

  it("replays a sample byte for byte", async () => {
    expect(await replaySample(whole, 5)).toMatchObject({ identical: true });
    await expect(replaySample(whole, 99)).rejects.toMatchObject({ exitCode: 2 });
  });

  it("shows itself on a contact sheet", async () => {
    const { width } = await sharp(await writeContactSheet(whole, 4)).metadata();
    expect(width).toBe(448);
    await rm(join(whole, "preview.png"));
  });
});

describe("the same bytes, whoever renders them", () => {
  it.each([2, 4])("%i shards", async (n) => {
    const out = await freshFolder();
    for (let k = 1; k <= n; k++)
      await renderDataset({ scene, out, count: COUNT, seed: 0, shard: { k, n }, workers: 1 });
    await mergeDataset(out);
    expect(await hashes(out)).toEqual(expected);
  });

  it("one more image at a time, with a stump in the records", async () => {
    const out = await freshFolder();
    await renderDataset({ scene, out, count: 4, seed: 0, workers: 1 });
    await appendFile(join(out, "records", "1-of-1.jsonl"), '{"index": 4, "la');
    await rm(join(out, (await readRecords(out)).get(2)!.mask));
    const result = await renderDataset({ scene, out, count: COUNT, seed: 0, workers: 1, resume: true });
    expect(result).toMatchObject({ skipped: 3, rendered: COUNT - 3 });
    await mergeDataset(out);
    expect(await hashes(out)).toEqual(expected);
  });

  it("after the whole run was killed in the middle", async () => {
    const out = await freshFolder();
    const code = `
      const { renderDataset } = await import(${JSON.stringify(join(process.cwd(), "sim/dataset/render-dataset.ts"))});
      await renderDataset({ scene: ${JSON.stringify(scene)}, out: ${JSON.stringify(out)}, count: ${COUNT}, seed: 0, workers: 1 });`;
    const run = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", code], {
      detached: true,
    });
    await until(() => records(out) >= 3);
    process.kill(-run.pid!, "SIGKILL");
    const before = records(out);
    expect(before).toBeLessThan(COUNT);
    const result = await renderDataset({ scene, out, count: COUNT, seed: 0, resume: true, workers: 1 });
    expect(result.skipped).toBeGreaterThanOrEqual(3);
    await mergeDataset(out);
    expect(await hashes(out)).toEqual(expected);
    expect(
      readdirSync(join(out, "images", "train", "ants")).filter((name) => !/^\d{6}\.jpg$/.test(name)).length,
    ).toBeLessThanOrEqual(1);
  });

  it("after one of its processes was killed", async () => {
    const out = await freshFolder();
    let killed = 0;
    const onProgress = () => {
      if (!killed++) process.kill(workerPids()[0]!, "SIGKILL");
    };
    await renderDataset({ scene, out, count: COUNT, seed: 0, workers: 1, onProgress });
    expect(killed).toBeGreaterThan(1);
    await mergeDataset(out);
    expect(await hashes(out)).toEqual(expected);
  });

  it("another seed renders other pictures", async () => {
    const out = await freshFolder();
    await renderDataset({ scene, out, count: 2, seed: 1, workers: 1 });
    const shared = Object.values(await hashes(out, /^images/)).filter((hash) =>
      Object.values(expected).includes(hash),
    );
    expect(shared).toEqual([]);
  });
});

describe("refusals, in one sentence", () => {
  const refused = async (options: object, exitCode: number, message: RegExp) => {
    const error = await renderDataset({ scene, out: whole, count: COUNT, seed: 0, ...options }).then(
      () => new Error("accepted"),
      (e) => e,
    );
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain("\n");
    expect(error.exitCode).toBe(exitCode);
  };

  it("a folder that holds this work already", () => refused({}, 2, /--resume/));
  it("another seed", () => refused({ seed: 7, resume: true }, 2, /seed 7/));
  it("another scene", () =>
    refused({ scene: tinyScene({ light: { sun: 0.2 } }), resume: true }, 2, /sceneSha256/));
  it("no images at all", () =>
    refused({ count: 0, resume: true }, 2, /count: expected a whole number, 1 or more, found 0/));
  it("fewer than none", () => refused({ count: -3 }, 2, /found -3/));
  it("a fraction", () => refused({ count: 1.5 }, 2, /1\.5/));
  it("a place where nothing can be written", () =>
    refused({ out: "/sys/antbee" }, 1, /\/sys\/antbee: permission denied/));
  it("a path through a file", () => refused({ out: "package.json/out" }, 2, /package\.json\/out/));

  it("another's folder, which it leaves alone", async () => {
    const out = await freshFolder();
    await mkdir(out);
    await writeFile(join(out, "thesis.txt"), "mine");
    await refused({ out }, 2, /thesis\.txt/);
    expect(readdirSync(out)).toEqual(["thesis.txt"]);
  });

  it("nothing to merge", async () => {
    await expect(mergeDataset(await freshFolder())).rejects.toMatchObject({ exitCode: 2 });
  });
});

/** Whole lines, each of which stands for a finished image. */
function records(out: string): number {
  const path = join(out, "records", "1-of-1.jsonl");
  return existsSync(path) ? readFileSync(path, "utf8").split("\n").length - 1 : 0;
}

async function until(condition: () => boolean): Promise<void> {
  const started = Date.now();
  while (!condition()) {
    if (Date.now() - started > 50_000) throw new Error("waited in vain");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Processes that this one started to render. */
function workerPids(): number[] {
  const list = execFileSync("ps", ["-o", "pid=,args=", "--ppid", String(process.pid)], { encoding: "utf8" });
  return list
    .split("\n")
    .filter((line) => line.includes("dataset/worker"))
    .map((line) => Number.parseInt(line, 10));
}
