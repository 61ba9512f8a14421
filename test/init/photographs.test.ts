/**
 * Photographs of one's own, from a folder of them to a report, as the README says it. Renders of a scene that no
 * experiment here trains on stand for the photographs.
 */
import { copyFile, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { renderDataset } from "../../sim/dataset/render-dataset.js";
import { loadScene } from "../../sim/scene/scene.js";
import { readSplitRecord } from "../../src/experiment/source/split-record.js";
import { hashes } from "../sim/tiny.js";
import { antbee, lastingFolder } from "../support.js";

let here: string;
const at = (...path: string[]) => join(here, ...path);
const type = (...args: string[]) =>
  antbee(args, { cwd: here, env: { ANTBEE_CACHE: at("cache"), ANTBEE_DATA: "" } });

/** 34 stand-ins, of which two are alike, four doubled and two corrupt ones. */
beforeAll(async () => {
  here = await lastingFolder();
  const wide = await loadScene("scenes/wide.yaml");
  const scene = { ...wide, image: { ...wide.image, width: 128, height: 96 } };
  await renderDataset({ scene, out: at("renders"), count: 36, seed: 9 });
  const folders = { ants: "Ant", bees: "bee photos" };
  for (const [label, folder] of Object.entries(folders)) {
    await mkdir(at("mine", folder), { recursive: true });
    const from = ["train", "val"].map((split) => at("renders/images", split, label));
    const files = (
      await Promise.all(from.map(async (dir) => (await readdir(dir)).map((f) => join(dir, f))))
    ).flat();
    const names = files.slice(0, 17).map((_, i) => at("mine", folder, `IMG ${i}.jpg`));
    for (const [i, name] of names.entries()) await copyFile(files[i]!, name);
    for (const i of [0, 1]) await copyFile(files[i]!, at("mine", folder, `copy ${i}.jpg`));
    await writeFile(at("mine", folder, "torn.jpg"), (await readFile(files[2]!)).subarray(0, 900));
    if (label === "ants") await sharp(files[3]).resize(110, 82).jpeg({ quality: 60 }).toFile(names[4]!);
  }
});

const ids = (folder: string, ...names: string[]) => names.map((name) => `${folder}/${name}.jpg`);

describe("a folder of 40 photographs", () => {
  it("is split and checked by one command, which says what to type next", async () => {
    const before = await hashes(at("mine"), /./);
    expect(Object.keys(before)).toHaveLength(40);
    const { code, stdout, stderr } = await type("init", "my-task", "--photos", "mine");
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('classes: ants from "Ant", bees from "bee photos"');
    expect(stdout).toMatch(/skipped: 6\n {2}Ant\/copy 0\.jpg: doubled, the same as Ant\/IMG 0\.jpg\n/);
    expect(stdout).toContain("bee photos/torn.jpg: corrupt: a damaged or truncated one");
    expect(stdout).toContain("1 pair of near duplicates, each kept on one side");
    expect(stdout).toContain("next: npx antbee run my-task/experiment.yaml --dry-run");
    expect(await hashes(at("mine"), /./)).toEqual(before);
    const record = (await readSplitRecord(at("my-task/photos")))!;
    expect([record.train.length, record.test.length]).toEqual([20, 14]);
    const [pair] = ids("Ant", "IMG 3", "IMG 4").map((id) => record.train.includes(id));
    expect(record.train.includes("Ant/IMG 4.jpg")).toBe(pair);
    for (const [split, list] of [
      ["train", record.train],
      ["val", record.test],
    ] as const)
      for (const id of list)
        expect(await readFile(at("my-task/photos", split, id))).toEqual(await readFile(at("mine", id)));
  });

  it("may be begun again by the same command, but not over what was changed", async () => {
    const before = await hashes(at("my-task"), /./);
    expect((await type("init", "my-task", "--photos", "mine")).code).toBe(0);
    expect(await hashes(at("my-task"), /./)).toEqual(before);
    const other = await type("init", "my-task", "--photos", "mine", "--seed", "1");
    expect([other.code, other.stderr]).toEqual([
      2,
      expect.stringMatching(/photos: expected an empty folder or this very split, found split\.json/),
    ]);
  });

  it("is planned as it was written, and tells what follows", async () => {
    const { code, stdout } = await type("run", "my-task/experiment.yaml", "--dry-run");
    expect(code).toBe(0);
    expect(stdout).toMatch(/target: 14 test and 20 training images from my-task\/photos/);
    expect(stdout).toMatch(/next: npx antbee run my-task\/experiment\.yaml$/m);
  });

  it("goes to a report, which knows its classes and that it was checked", async () => {
    const file = at("my-task/experiment.yaml");
    const small = (await readFile(file, "utf8"))
      .replace(/count: \d+, val: \d+/, "count: 20, val: 4")
      .replace("seeds: [0, 1, 2]", "seeds: [0]")
      .replace("views: 2 ", "views: 0 ")
      .replace(/^background: .*$/m, "")
      .replace(/name: tf_mobilenet_v2.*$/m, "name: objectron_mobilenet_v2}");
    await writeFile(file, small);
    const { code, stdout, stderr } = await type("run", "my-task/experiment.yaml", "--json");
    expect(code, stderr).toBe(0);
    const said = JSON.parse(stdout);
    expect(said).toMatchObject({
      report: "reports/my-task",
      target: { dataset: "folder", kind: "real", test: 14 },
    });
    expect(stdout).not.toContain("IMG 0");
    const report = JSON.parse(await readFile(at("reports/my-task/report.json"), "utf8"));
    expect(report.classes).toEqual(["ants", "bees"]);
    expect(report.target).toMatchObject({ n: 14, split: "val" });
    expect(report.duplicates.near).toMatchObject([{ place: "within a split" }]);
    expect(report.cautions.join()).not.toContain("not checked for duplicates");
    expect(report.arms.map((arm: { name: string }) => arm.name)).toContain("5-shot-real-only");
    const changed = await type("init", "my-task", "--photos", "mine");
    expect([changed.code, changed.stderr]).toEqual([
      2,
      expect.stringMatching(
        /experiment\.yaml: expected a new file, or the one that this command writes, found another/,
      ),
    ]);
  });

  it("is evaluated by its folders' names, without what cannot be read", async () => {
    const evaluate = (...more: string[]) =>
      type(
        "eval",
        "runs/my-task/oracle/seed-0",
        "--data",
        "mine",
        "--classes",
        "ants=Ant,bees=bee photos",
        ...more,
      );
    const refused = await evaluate();
    expect([refused.code, refused.stderr]).toEqual([
      2,
      expect.stringMatching(/torn\.jpg: expected a whole JPEG/),
    ]);
    const { code, stdout, stderr } = await evaluate("--skip-bad");
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/Ant\/torn\.jpg is left out: expected a whole JPEG or PNG image, found a damaged/);
    expect(stdout).toMatch(/of 38 images .*, 2 left out, predictions in /);
    const unmapped = await type("eval", "runs/my-task/oracle/seed-0", "--data", "mine");
    expect([unmapped.code, unmapped.stderr]).toEqual([
      2,
      expect.stringMatching(/expected classes among ants, bees, found Ant \(--classes ants=FOLDER maps/),
    ]);
  });

  it("answers for two arms with their difference, from predictions and on other photographs", async () => {
    const paths = ["full", "oracle"].map((arm) => `runs/my-task/${arm}`);
    const compared = await type("compare", ...paths, "--out", "reports/two");
    expect(compared.code, compared.stderr).toBe(0);
    expect(compared.stdout).toMatch(
      /^Of 14 real photographs, .*: full [\d.]+%, oracle [\d.]+%; oracle minus full is \S+ \[.*\] points/,
    );
    await mkdir(at("two"));
    for (const path of paths) await symlink(at(path), at("two", basename(path)));
    const evaluated = await type(
      "eval",
      "two",
      "--data",
      "my-task/photos",
      "--classes",
      "ants=Ant,bees=bee photos",
      "--json",
    );
    expect(evaluated.code, evaluated.stderr).toBe(0);
    const [full, oracle] = JSON.parse(evaluated.stdout);
    const mean = oracle.accuracy.mean - full.accuracy.mean;
    expect(full.against).toBeNull();
    expect(oracle.against).toMatchObject({
      arm: "full",
      p: null,
      difference: { mean: expect.closeTo(mean, 9), n: 14 },
    });
    expect(evaluated.stdout).not.toContain("IMG");
  });
});
