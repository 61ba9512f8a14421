/** A clean dataset has no faults; every kind of damage is found and named. */
import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { labelFaults } from "../../sim/dataset/label-faults.js";
import { mergeDataset } from "../../sim/dataset/merge.js";
import { readRecords, type SampleRecord } from "../../sim/dataset/records.js";
import { renderDataset } from "../../sim/dataset/render-dataset.js";
import { classCounts, subjectPlaces } from "../../sim/dataset/subject-statistics.js";
import { validateDataset } from "../../sim/dataset/validate.js";
import { antbee } from "../support.js";
import { freshFolder, tinyScene } from "./tiny.js";

let clean: string;
let records: SampleRecord[];

beforeAll(async () => {
  clean = await freshFolder();
  const passes = ["masks", "boxes", "keypoints"] as const;
  await renderDataset({ scene: tinyScene(), out: clean, count: 12, passes, workers: 1 });
  await mergeDataset(clean);
  records = [...(await readRecords(clean)).values()];
});

/** The faults of a copy after some damage. */
async function faultsAfter(damage: (dir: string) => Promise<unknown>): Promise<string[]> {
  const dir = await freshFolder();
  await cp(clean, dir, { recursive: true });
  await damage(dir);
  return (await validateDataset(dir)).faults.map(({ path, what }) => `${path}: ${what}`);
}

describe("validate", () => {
  it("finds nothing in a clean dataset", async () => {
    const instances = records.flatMap((record) => record.instances).length;
    expect(await validateDataset(clean)).toEqual({ images: 12, instances, faults: [] });
  });

  it("names a missing mask, a blank frame, a cut-off file and another size", async () => {
    const [a, b, c, d] = records as [SampleRecord, SampleRecord, SampleRecord, SampleRecord];
    const blank = (width: number, background: string) =>
      sharp({ create: { width, height: 48, channels: 3, background } })
        .jpeg()
        .toBuffer();
    const faults = await faultsAfter(async (dir) => {
      await rm(join(dir, a.mask));
      await writeFile(join(dir, b.image), await blank(64, "#777"));
      const whole = await readFile(join(dir, c.image));
      await writeFile(join(dir, c.image), whole.subarray(0, whole.length / 2));
      await writeFile(join(dir, d.image), await blank(60, "#777"));
    });
    expect(faults[0]).toBe(`${a.image}: ${a.mask} is missing`);
    expect(faults[1]).toMatch(/is blank: its levels spread by 0\.0 of 255/);
    expect(faults[2]).toMatch(/cannot be read/);
    expect(faults[3]).toMatch(/is 60x48, its record says 64x48/);
  });

  it("names a mask that says something else than the labels, and annotations that are stale", async () => {
    const [a] = records as [SampleRecord];
    const faults = await faultsAfter(async (dir) => {
      const empty = { create: { width: 64, height: 48, channels: 3, background: "black" } } as const;
      await sharp(empty).toColourspace("b-w").png().toFile(join(dir, a.mask));
      const path = join(dir, "annotations", "instances_train.json");
      await writeFile(path, (await readFile(path, "utf8")).replace('"iscrowd":0', '"iscrowd":1'));
    });
    expect(faults[0]).toMatch(/instance 1: has a label but no pixel in the mask/);
    expect(faults.at(-1)).toMatch(/^annotations\/instances_train\.json: differs from the records/);
  });

  it("names classes out of balance", async () => {
    const faults = await faultsAfter(async (dir) => {
      const path = join(dir, "records", "1-of-1.jsonl");
      const ants = records.filter(({ label }) => label === "ants");
      const many = Array.from({ length: 30 }, (_, i) => ({ ...ants[0]!, split: "train", index: 100 + i }));
      await writeFile(path, many.map((record) => `${JSON.stringify(record)}\n`).join(""));
    });
    expect(faults).toContain("images/train/bees: holds 0 % of its split");
  });
});

describe("one image's labels", () => {
  const { instances: _, ...rest } = {} as SampleRecord;
  const ids = new Uint8Array(16);
  ids.set([1, 1], 5);
  const one = {
    instance: 1,
    label: "ants",
    preset: "lasius",
    bbox: [1, 1, 2, 1],
    area: 2,
    segmentation: { size: [4, 4], counts: [5, 1, 3, 1, 6] },
    px_count_visib: 2,
    px_count_all: 2,
    visib_fract: 1,
    in_frame_fract: 1,
    bbox_obj: [1, 1, 2, 1],
  } as never as SampleRecord["instances"][number];
  const faults = (changes: object, mask = ids) =>
    labelFaults(
      {
        ...rest,
        width: 4,
        height: 4,
        resolved: { visible: true },
        instances: [{ ...one, ...changes }],
      } as never,
      { ids: mask, width: 4, height: 4 },
    ).filter((what) => !what.startsWith("shows no subject"));

  it.each([
    [{}, []],
    [{ area: 3 }, ["instance 1: area is 3, the mask has 2"]],
    [{ bbox: [1, 1, 3, 1] }, [/bbox is 1,1,3,1, the mask has 1,1,2,1/, /bbox_obj .* does not hold/]],
    [{ bbox_obj: [2, 1, 1, 1] }, [/bbox_obj 2,1,1,1 does not hold bbox 1,1,2,1/]],
    [{ px_count_visib: 9 }, [/px_count_visib is 9/]],
    [{ visib_fract: 1.2 }, [/visib_fract 1.2 is no share/]],
    [{ keypoints: [1, 1, 3] }, [/a keypoint lies out of bounds/]],
    [{ keypoints: [9, 1, 2] }, [/a keypoint lies out of bounds/]],
    [{ segmentation: { size: [4, 4], counts: [5, 2, 9] } }, []],
    [{ segmentation: { size: [4, 4], counts: [5, 4, 7] } }, [/run lengths' area is 4/]],
  ])("%j", (changes, expected) => {
    const found = faults(changes);
    expect(found).toHaveLength(expected.length);
    expected.forEach((pattern, i) => {
      expect(found[i]).toMatch(pattern);
    });
  });

  it("an instance of the mask without a label", () => {
    const more = Uint8Array.from(ids);
    more[15] = 4;
    expect(faults({}, more)).toEqual(["instance 4 is in the mask but has no label"]);
  });
});

describe("the commands", () => {
  it("validate names the first offenders and exits with 1", async () => {
    const dir = await freshFolder();
    await cp(clean, dir, { recursive: true });
    const [a, b, c] = records as [SampleRecord, SampleRecord, SampleRecord];
    for (const record of [a, b]) await rm(join(dir, record.mask));
    await cp(join(dir, c.image), join(dir, records[4]!.image));
    const { code, stdout } = await antbee(["validate", dir, "--first", "2"]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^3 faults in 12 images/);
    expect(stdout).toContain(`${a.image}: ${a.mask} is missing`);
    expect(stdout).toContain("and 1 more");
    const { faults } = JSON.parse((await antbee(["validate", dir, "--json"])).stdout);
    expect(faults[2].what).toMatch(/has the same bytes as images\//);
  });

  it("stats measures beside the photographs where they are, and says where they are not", async () => {
    const sheet = join(clean, "..", "stats.png");
    const { code, stdout } = await antbee(["stats", clean, "--images", "6", "--json", "--out", sheet]);
    expect(code).toBe(0);
    const { pixels, subjects, classes } = JSON.parse(stdout);
    expect(pixels.map(({ name }: { name: string }) => name)).toContain("sharpness");
    expect(classes).toEqual(classCounts(records));
    const sizes = subjectPlaces(records).map(({ size }) => size);
    expect(subjects.size.median).toBeGreaterThan(Math.min(...sizes));
    expect((await sharp(sheet).metadata()).height).toBeGreaterThan(1000);
    const missing = await antbee(["stats", clean, "--beside", "nowhere"]);
    expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining("nowhere")]);
  });

  it("vis draws boxes, masks and keypoints; replay compares byte for byte", async () => {
    const sheet = join(clean, "..", "vis.png");
    expect((await antbee(["vis", clean, "--count", "4", "--tile", "128", "--out", sheet])).code).toBe(0);
    expect((await sharp(sheet).metadata()).width).toBe(256);
    const same = await antbee(["replay", clean, "--index", "3"]);
    expect([same.code, same.stdout]).toEqual([0, expect.stringContaining("identical")]);
    const none = await antbee(["replay", clean, "--index", "77"]);
    expect([none.code, none.stderr]).toEqual([2, expect.stringMatching(/--index: expected .*found 77/)]);
  });
});
