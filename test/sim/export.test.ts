/** Every export format, read back by a reader that is not antbee's where there is one. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import type { CocoFile } from "../../sim/dataset/coco.js";
import { readRecords, type SampleRecord } from "../../sim/dataset/records.js";
import { renderDataset } from "../../sim/dataset/render-dataset.js";
import { EXPORTERS, exportDataset } from "../../sim/export/export.js";
import { openImageFolder } from "../../src/shared/dataset.js";
import { readJson } from "../../src/shared/files.js";
import { freshFolder, hashes, tinyScene } from "./tiny.js";

let dir: string;
let records: SampleRecord[];

beforeAll(async () => {
  dir = await freshFolder();
  const passes = ["masks", "boxes", "keypoints"] as const;
  await renderDataset({ scene: tinyScene(), out: dir, count: 12, passes, workers: 1 });
  records = [...(await readRecords(dir)).values()];
});

async function exported(format: string): Promise<string> {
  const out = await freshFolder();
  const instances = records.flatMap((record) => record.instances).length;
  expect(await exportDataset(dir, format, out)).toEqual({ out, format, images: 12, instances });
  return out;
}

describe("coco", () => {
  it("holds every image and instance, with counts that agree", async () => {
    const out = await exported("coco");
    const { categories, annotations, images } = await readJson<CocoFile>(
      join(out, "annotations/instances_train.json"),
    );
    expect(categories.map(({ id }) => id)).toEqual([1, 2]);
    expect(images).toHaveLength(10);
    for (const { file_name } of images) expect(existsSync(join(out, "train", file_name))).toBe(true);
    for (const one of annotations) {
      const { keypoints } = categories[one.category_id - 1]!;
      expect(one.keypoints).toHaveLength(3 * keypoints.length);
      expect(one.num_keypoints).toBe(one.keypoints!.filter((v, i) => i % 3 === 2 && v > 0).length);
      expect(typeof one.area).toBe("number");
      expect(one.iscrowd).toBe(0);
    }
  });

  const python = pythonWithPycocotools();
  it.skipIf(!python)("pycocotools loads it and agrees on areas, boxes and masks", async () => {
    const out = await exported("coco");
    for (const split of ["train", "val"]) {
      const { annotations } = await readJson<CocoFile>(join(out, `annotations/instances_${split}.json`));
      const read: { id: number; area: number; bbox: number[]; keypoints: number }[] = JSON.parse(
        execFileSync(python!, ["-c", READ_COCO, join(out, `annotations/instances_${split}.json`)], {
          encoding: "utf8",
        })
          .trim()
          .split("\n")
          .at(-1)!,
      );
      expect(read).toEqual(
        annotations.map(({ id, area, bbox, num_keypoints }) => ({
          id,
          area,
          bbox,
          keypoints: num_keypoints,
        })),
      );
    }
  });
});

const READ_COCO = `
import json, sys
from pycocotools import mask
from pycocotools.coco import COCO
coco = COCO(sys.argv[1])
rows = []
for a in coco.loadAnns(coco.getAnnIds(catIds=coco.getCatIds())):
    rle = coco.annToRLE(a)
    assert int(mask.area(rle)) == int(coco.annToMask(a).sum()) == a["area"]
    kept = sum(v > 0 for v in a["keypoints"][2::3])
    rows.append({"id": a["id"], "area": int(mask.area(rle)), "bbox": [int(x) for x in mask.toBbox(rle)], "keypoints": kept})
print(json.dumps(rows))
`;

/** A virtual environment that is kept between runs; undefined, and said so, where it cannot be had. */
function pythonWithPycocotools(): string | undefined {
  const folder = join(tmpdir(), "antbee-pycocotools");
  const python = join(folder, "bin", "python");
  const works = () => spawnSync(python, ["-c", "import pycocotools"]).status === 0;
  if (works()) return python;
  spawnSync("python3", ["-m", "venv", folder]);
  const pip = ["-m", "pip", "install", "--quiet", "--retries", "0", "--timeout", "5", "pycocotools"];
  spawnSync(python, pip, { timeout: 60_000 });
  if (works()) return python;
  console.warn("skipping the check by pycocotools: PyPI cannot be reached, or there is no Python");
  return undefined;
}

it("yolo: middles and sizes as shares, classes from 0", async () => {
  const out = await exported("yolo");
  expect(await readFile(join(out, "data.yaml"), "utf8")).toContain("- ants");
  for (const { index, split, instances, width, height, label } of records) {
    const text = await readFile(join(out, "labels", split, `${String(index).padStart(6, "0")}.txt`), "utf8");
    const rows = text
      .trimEnd()
      .split("\n")
      .filter(Boolean)
      .map((line) => line.split(" ").map(Number));
    expect(rows).toHaveLength(instances.length);
    rows.forEach(([number, x, y, w, h], k) => {
      expect(number).toBe(label === "ants" ? 0 : 1);
      const back = [(x! - w! / 2) * width, (y! - h! / 2) * height, w! * width, h! * height];
      back.forEach((value, j) => {
        expect(value).toBeCloseTo(instances[k]!.bbox[j]!, 3);
      });
    });
  }
  expect(await readdir(join(out, "images", "train"))).toHaveLength(10);
});

it("voc: boxes from 1, the last pixel included, and sets that name every image", async () => {
  const out = await exported("voc");
  const sets = await Promise.all(
    ["train", "val", "trainval"].map((set) => readFile(join(out, "ImageSets/Main", `${set}.txt`), "utf8")),
  );
  expect(sets.map((set) => set.trim().split("\n").length)).toEqual([10, 2, 12]);
  for (const { index, instances, label } of records) {
    const xml = await readFile(join(out, "Annotations", `${String(index).padStart(6, "0")}.xml`), "utf8");
    const numbers = (tag: string) =>
      [...xml.matchAll(new RegExp(`<${tag}>(\\d+)</${tag}>`, "g"))].map((m) => +m[1]!);
    expect(numbers("xmin")).toEqual(instances.map(({ bbox }) => bbox[0] + 1));
    expect(numbers("ymax")).toEqual(instances.map(({ bbox }) => bbox[1] + bbox[3]));
    expect([...xml.matchAll(/<name>(\w+)<\/name>/g)].map((m) => m[1])).toEqual(instances.map(() => label));
  }
});

it("webdataset: a tar that tar itself unpacks, its samples' files together", async () => {
  const out = await exported("webdataset");
  expect((await readdir(out)).sort()).toEqual(["export.json", "train-000000.tar", "val-000000.tar"]);
  const names = execFileSync("tar", ["-tf", join(out, "val-000000.tar")], { encoding: "utf8" })
    .trim()
    .split("\n");
  expect(names).toHaveLength(8);
  const stem = names[0]!.slice(0, 6);
  expect(names.slice(0, 4)).toEqual(["jpg", "cls", "mask.png", "json"].map((ending) => `${stem}.${ending}`));
  const unpacked = (name: string) => execFileSync("tar", ["-xOf", join(out, "val-000000.tar"), name]);
  const record = records.find(({ index }) => index === Number(stem))!;
  expect(unpacked(names[0]!)).toEqual(await readFile(join(dir, record.image)));
  expect(Number(unpacked(names[1]!))).toBe(record.label === "ants" ? 0 : 1);
  expect((await sharp(unpacked(names[2]!)).metadata()).width).toBe(64);
  expect(JSON.parse(unpacked(names[3]!).toString()).instances).toEqual(record.instances);
});

it("webdataset: nothing in it but names, lengths and bytes tells one machine or day from another", async () => {
  const out = await exported("webdataset");
  const listed = execFileSync("tar", ["--numeric-owner", "--utc", "-tvf", join(out, "train-000000.tar")], {
    encoding: "utf8",
  });
  for (const line of listed.trim().split("\n"))
    expect(line).toMatch(/^-rw-r--r-- 0\/0 +\d+ 1970-01-01 00:00 \d{6}\./);
});

it("imagefolder: splits and classes as folders", async () => {
  const out = await exported("imagefolder");
  const { items, classes } = await openImageFolder(out, "train");
  expect([classes, items.length]).toEqual([["ants", "bees"], 10]);
});

describe.each(Object.keys(EXPORTERS))("%s", (format) => {
  it("gives the same bytes again, also after it was cut off", async () => {
    const out = await exported(format);
    const all = /./;
    const first = await hashes(out, all);
    const [some] = Object.keys(first).filter((name) => name !== "export.json");
    await rm(join(out, some!));
    await exportDataset(dir, format, out);
    expect(await hashes(out, all)).toEqual(first);
  });
});

describe("refusals, in one sentence", () => {
  const refusal = (...args: Parameters<typeof exportDataset>) =>
    exportDataset(...args).then(
      () => "accepted",
      (error) => `${error.exitCode} ${error.message}`,
    );

  it("another format, a folder that is no dataset, one that holds something else", async () => {
    const out = await freshFolder();
    expect(await refusal(dir, "tfrecord", out)).toMatch(
      /^2 --format: expected one of coco, yolo, .*found "tfrecord"$/,
    );
    expect(await refusal("test", "coco", out)).toMatch(/^2 test: expected a rendered dataset/);
    await exportDataset(dir, "yolo", out);
    expect(await refusal(dir, "coco", out)).toMatch(/^2 .*expected a folder for coco.*found another export$/);
    const full = await freshFolder();
    await writeFile(`${full}.txt`, "");
    expect(await refusal(dir, "coco", join(full, ".."))).toMatch(/^2 .*expected an empty folder/);
  });
});
