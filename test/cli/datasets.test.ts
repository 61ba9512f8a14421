/** A dataset's way through the commands, as a user types them. */
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { renderDataset } from "../../sim/dataset/render-dataset.js";
import { EXPORTERS } from "../../sim/export/export.js";
import { tinyScene } from "../sim/tiny.js";
import { antbee, lastingFolder, temporaryFolder } from "../support.js";

const COUNT = 4;

const folder = await lastingFolder();
const dir = join(folder, "renders");
beforeAll(async () => {
  await renderDataset({ scene: tinyScene(), out: dir, count: COUNT, workers: 1 });
});

describe("antbee export", () => {
  it.each(Object.keys(EXPORTERS))("writes %s and prints what it wrote", async (format) => {
    const out = join(await temporaryFolder(), format);
    const { code, stdout, stderr } = await antbee([
      "export",
      dir,
      "--format",
      format,
      "--out",
      out,
      "--json",
    ]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ format, out, images: COUNT, instances: expect.any(Number) });
    expect(stderr).toMatch(/exporting 4\/4/);
    expect((await readdir(out)).length).toBeGreaterThan(1);
    expect(existsSync(join(out, "export.json"))).toBe(true);
  });

  it("says in a sentence what it wrote", async () => {
    const out = join(await temporaryFolder(), "yolo");
    const { stdout } = await antbee(["export", dir, "--format", "yolo", "--out", out]);
    expect(stdout).toMatch(/^4 images with \d+ instances as yolo: .*yolo\n$/);
  });

  it.each([
    [
      ["--format", "tfrecord", "--out", "x"],
      /^antbee: --format: expected one of coco, .*found "tfrecord"\n$/,
    ],
    [
      ["--format", "coco", "--out", folder],
      /expected an empty folder, or this export cut off, found renders\n$/,
    ],
    [["--format", "coco", "--out", "x", "--zip"], /expected one of --format, .*found --zip\n$/],
    [["--out", "x"], /format/i],
  ])("refuses %j in one sentence, with exit code 2", async (args, pattern) => {
    const { code, stdout, stderr } = await antbee(["export", dir, ...args]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(pattern);
    expect(existsSync("x")).toBe(false);
  });

  it("refuses a folder that is no dataset", async () => {
    const { code, stderr } = await antbee(["export", folder, "--format", "coco", "--out", "x"]);
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/expected a rendered dataset \(dataset\.json\)/),
    ]);
  });
});

it("antbee render renders what is asked for, merges it, and continues", async () => {
  const out = join(await temporaryFolder(), "standard");
  const render = (...more: string[]) =>
    antbee(["render", "scenes/wide.yaml", "--count", "2", "--workers", "1", "--out", out, "--json", ...more]);
  const first = await render("--passes", "boxes");
  expect([first.code, JSON.parse(first.stdout)]).toEqual([
    0,
    expect.objectContaining({ rendered: 2, skipped: 0 }),
  ]);
  expect(existsSync(join(out, "annotations", "instances_train.json"))).toBe(true);
  const again = await render("--passes", "boxes");
  expect([again.code, again.stderr]).toEqual([2, expect.stringContaining("--resume")]);
  const other = await render("--passes", "depth", "--resume");
  expect([other.code, other.stderr]).toEqual([2, expect.stringMatching(/passes masks,depth/)]);
});
