/** Renders straight into tar archives: the same bytes however they are shared out or cut off, and readable as a dataset. */
import { statSync } from "node:fs";
import {
  copyFile,
  cp,
  mkdir,
  readdir,
  readFile,
  rename,
  truncate,
  utimes,
  writeFile,
} from "node:fs/promises";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { openDataset } from "../../adapt/images/open-dataset.js";
import { doubledKeys } from "../../sim/dataset/doubled-keys.js";
import { mergeDataset } from "../../sim/dataset/merge.js";
import { readRecords } from "../../sim/dataset/records.js";
import { type RenderOptions, renderDataset } from "../../sim/dataset/render-dataset.js";
import { replaySample } from "../../sim/dataset/replay.js";
import { datasetStatistics } from "../../sim/dataset/statistics.js";
import { tarArchive } from "../../sim/dataset/tar.js";
import { validateDataset } from "../../sim/dataset/validate.js";
import { exportDataset } from "../../sim/export/export.js";
import { openImageFolder } from "../../src/shared/dataset.js";
import { readBytes, sha256File, writeJson } from "../../src/shared/files.js";
import { isFileAt } from "../../src/shared/tar-members.js";
import { ended, start } from "../faults/processes.js";
import { fault, lastingFolder } from "../support.js";
import { freshFolder, hashes, tinyScene, tinySceneFile } from "./tiny.js";

const COUNT = 30;
const BLOCK = 12;
const scene = tinyScene();
const render = (out: string, more: Partial<RenderOptions> = {}) =>
  renderDataset({
    ...{ scene, out, count: COUNT, seed: 5, workers: 2, passes: ["masks", "boxes", "depth"] },
    ...{ format: "webdataset", block: BLOCK },
    ...more,
  });

let whole: string;
let folders: string;

beforeAll(async () => {
  whole = await freshFolder();
  folders = await freshFolder();
  await render(whole);
  await mergeDataset(whole);
  await render(folders, { format: "imagefolder", block: undefined });
  await mergeDataset(folders);
});

const hidden = async (dir: string) => (await readdir(dir)).filter((name) => name.startsWith("."));
const archives = (dir: string) => hashes(dir, /^[^/]*\.tar$/);

describe("archives", () => {
  it("hold a block of indices each, five sixths of them for training", async () => {
    expect(Object.keys(await archives(whole))).toEqual(
      ["train", "val"].flatMap((split) => [0, 1, 2].map((block) => `${split}-00000${block}.tar`)),
    );
  });

  it("hold, byte for byte, what class folders hold", async () => {
    const [inArchives, inFolders] = await Promise.all([readRecords(whole), readRecords(folders)]);
    expect([...inArchives.keys()]).toEqual([...inFolders.keys()]);
    for (const [index, record] of inArchives) {
      const other = inFolders.get(index)!;
      expect(record.instances).toEqual(other.instances);
      for (const of of ["image", "mask"] as const)
        expect(await sha256File(join(whole, record[of]))).toBe(await sha256File(join(folders, other[of])));
      expect(await sha256File(join(whole, record.labels.depth!))).toBe(other.sha256![other.labels.depth!]);
    }
  });

  it("are the same out of two shards that each own whole blocks", async () => {
    const out = await freshFolder();
    for (const k of [2, 1]) await render(out, { shard: { k, n: 2 }, workers: 1 });
    await mergeDataset(out);
    expect(await archives(out)).toEqual(await archives(whole));
    expect(await hashes(out, /^annotations/)).toEqual(await hashes(whole, /^annotations/));
  });

  it("are continued behind the last whole sample where a kill cut them off", async () => {
    const out = await freshFolder();
    await mkdir(out, { recursive: true });
    for (const name of ["dataset.json", "scene.resolved.yaml", "train-000000.tar", "val-000000.tar"])
      await copyFile(join(whole, name), join(out, name));
    const left = join(out, ".train-000001.tar.elsewhere-1-0.part");
    await copyFile(join(whole, "train-000001.tar"), left);
    await truncate(left, 40_000); // in the middle of a sample
    await expect(render(out)).rejects.toMatchObject(fault(2, /--resume, found 12 of them/));
    const { rendered, skipped } = await render(out, { resume: true });
    expect(skipped).toBe(BLOCK);
    expect(rendered).toBeGreaterThan(COUNT - 2 * BLOCK);
    expect(rendered).toBeLessThan(COUNT - BLOCK);
    expect(await archives(out)).toEqual(await archives(whole));
    expect(await hidden(out)).toEqual([basename(left)]); // another machine may be at it still
    await utimes(left, 0, 0);
    await render(out, { resume: true });
    expect(await hidden(out)).toEqual([]);
  });

  it("of a shard whose process is killed in the middle are gone on with, to the same bytes", async () => {
    const out = await freshFolder();
    const scene = await tinySceneFile(await lastingFolder());
    const args = ["render", scene, "--count", `${COUNT}`, "--seed", "5", "--passes", "masks,boxes,depth"];
    const shard = ["--format", "webdataset", "--block", `${BLOCK}`, "--workers", "1", "--resume"];
    const started = (k: number) => start([...args, ...shard, "--out", out, "--shard", `${k}/2`]);
    const first = started(1);
    const gone = ended(first);
    const begun = async () => (await hidden(out)).some((name) => statSync(join(out, name)).size > 0);
    while (!(await begun().catch(() => false))) await sleep(20);
    process.kill(-first.pid!, "SIGKILL");
    await gone;
    expect((await hidden(out)).length).toBeGreaterThan(0);
    for (const k of [1, 2]) expect(await ended(started(k))).toMatchObject({ code: 0 });
    expect(await archives(out)).toEqual(await archives(whole));
    expect(await hidden(out)).toEqual([]);
  });

  it("are whole where two processes render one shard at a time", async () => {
    const out = await freshFolder();
    await render(out, { count: 1, workers: 1 });
    await Promise.all([1, 2].map(() => render(out, { resume: true, workers: 1 })));
    expect(await archives(out)).toEqual(await archives(whole));
    expect(await hidden(out)).toEqual([]);
  });

  it("are extended where more images are asked for", async () => {
    const out = await freshFolder();
    await render(out, { count: 20 });
    await render(out, { resume: true });
    expect(await archives(out)).toEqual(await archives(whole));
  });

  it("are never replaced by others: images that a call leaves out stay", async () => {
    const out = await freshFolder();
    await render(out, { count: 6 });
    const before = await archives(out);
    await expect(render(out, { start: 6, count: 6 })).rejects.toMatchObject(
      fault(2, /train-000000\.tar: expected images that this call renders too .*from 0 on.*, found 6 others/),
    );
    expect(await archives(out)).toEqual(before);
    expect(await hidden(out)).toEqual([]);
  });

  it("with a sample twice are refused", async () => {
    const out = await freshFolder();
    await cp(whole, out, { recursive: true });
    await copyFile(join(whole, "train-000001.tar"), join(out, "train-000003.tar"));
    const { faults } = await validateDataset(out);
    expect(faults).toContainEqual({
      path: "train-000003.tar/000012",
      what: "a sample of this key is in train-000001.tar too",
    });
    const split = join(out, "train-000003.tar");
    const [a, b] = ["000040.jpg", "000041.jpg"].map((name) => ({ name, content: Buffer.from("x") }));
    await writeFile(split, await tarArchive([a!, b!, { ...a!, name: "000040.cls" }]));
    expect(await doubledKeys(out)).toEqual([
      { path: "train-000003.tar/000040", what: "its files do not stand together" },
    ]);
    await writeFile(split, await tarArchive([a!, a!]));
    await expect(validateDataset(out)).rejects.toMatchObject(
      fault(2, /000040\.jpg: expected every file once, found two of this name/),
    );
  });

  it("pass the checks, are measured, replayed and exported", async () => {
    expect(await validateDataset(whole)).toMatchObject({ images: COUNT, faults: [] });
    expect(await datasetStatistics(whole)).toMatchObject({
      classes: (await datasetStatistics(folders)).classes,
    });
    expect(await replaySample(whole, 7)).toMatchObject({ identical: true });
    const [a, b] = [await freshFolder(), await freshFolder()];
    await exportDataset(whole, "yolo", a);
    await exportDataset(folders, "yolo", b);
    expect(await hashes(a, /images|labels/)).toEqual(await hashes(b, /images|labels/));
  });
});

describe("readers of images", () => {
  it("find the items of class folders, with their ids, and their bytes", async () => {
    const [a, b] = await Promise.all([
      openImageFolder(whole, "train"),
      openImageFolder(join(folders, "images"), "train"),
    ]);
    expect(a.classes).toEqual(b.classes);
    expect(a.items.map(({ id, label, split }) => ({ id, label, split }))).toEqual(
      b.items.map(({ id, label, split }) => ({ id, label, split })),
    );
    for (const [i, { path }] of a.items.entries())
      expect((await readBytes(path)).equals(await readFile(b.items[i]!.path))).toBe(true);
  });

  it("open them as datasets of the library", async () => {
    const images = await openDataset(whole, { split: "val" });
    expect(images.classes).toEqual(["ants", "bees"]);
    expect(images.items).toHaveLength(COUNT / 6);
    const unlabelled = await openDataset(whole, { split: "val", labels: false });
    expect(unlabelled.items[0]).not.toHaveProperty("label");
  });

  it("name an archive that is cut short, and a file that it does not have", async () => {
    const out = await freshFolder();
    await mkdir(out, { recursive: true });
    const path = join(out, "train-000000.tar");
    await copyFile(join(whole, "train-000000.tar"), path);
    expect(isFileAt(join(path, "000000.gif"))).toBe(false);
    await expect(readBytes(join(path, "000000.gif"))).rejects.toMatchObject(
      fault(2, /000000\.gif: expected a file, found no such file in the archive/),
    );
    await truncate(path, 40_000);
    await expect(openImageFolder(out, "train")).rejects.toMatchObject(
      fault(2, /train-000000\.tar: expected a whole tar archive, found one that is cut short or damaged/),
    );
  });
});

describe("refused", () => {
  it("archives in a folder of class folders, and the other way round", async () => {
    await expect(render(folders, { resume: true })).rejects.toMatchObject(
      fault(2, /expected a dataset of archives with 12 images a pair, found one of class folders/),
    );
    const other = render(whole, { format: "imagefolder", block: undefined, resume: true });
    await expect(other).rejects.toMatchObject(fault(2, /expected a dataset of class folders/));
    await expect(render(whole, { block: 6, resume: true })).rejects.toMatchObject(
      fault(2, /6 images a pair/),
    );
  });
});

describe("a merge of shards", () => {
  it("names those that are missing, with the command that makes them, and waits where it is told to", async () => {
    const out = await freshFolder();
    for (const k of [1, 3])
      await render(out, { format: "imagefolder", block: undefined, shard: { k, n: 3 } });
    await expect(mergeDataset(out)).rejects.toMatchObject(
      fault(
        1,
        /nothing is merged before every shard is done: shard 2 of 3 is missing; antbee render \S+scene\.resolved\.yaml --count 30 --seed 5 --passes masks,boxes,depth --out \S+ --shard 2\/3 --resume$/,
      ),
    );
    const running = { state: "running", host: "elsewhere", pid: 1, started: new Date().toISOString() };
    await writeJson(join(out, "units", "shard-2-of-3.json"), running);
    await expect(mergeDataset(out)).rejects.toMatchObject(fault(1, /: shard 2 of 3 is still running$/));
    await render(out, { format: "imagefolder", block: undefined, shard: { k: 2, n: 3 } });
    // Another machine's file is seen a moment later.
    const [seen, hidden] = [join(out, "records", "2-of-3.jsonl"), join(out, "hidden")];
    await rename(seen, hidden);
    const merged = mergeDataset(out, { wait: 30 });
    setTimeout(() => rename(hidden, seen), 500);
    expect(await merged).toMatchObject({ images: { train: 25, val: 5 } });
    expect(await hashes(out)).toEqual(await hashes(folders));
  });

  it("leaves what stood there where it is cut off, and a stump of a record is none", async () => {
    const before = await hashes(folders, /^annotations/);
    await writeFile(join(folders, "annotations", ".instances_train.json.gone-1-0.tmp"), '{"info":');
    await writeFile(join(folders, "records", "9-of-9.jsonl"), '{"index":31,"label":"an');
    await mergeDataset(folders);
    expect(await hashes(folders, /^annotations\/inst/)).toEqual(before);
  });
});
