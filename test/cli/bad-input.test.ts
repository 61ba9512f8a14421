/** Every fault of the user's ends in one sentence and exit 2, failed work in exit 1, and nothing is half-written. */
import { existsSync } from "node:fs";
import { chmod, cp, mkdir, readdir, readFile, stat, truncate, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  antbee,
  type CommandResult,
  imagenetWeights,
  temporaryFolder,
  WHY_NO_DATA,
  writeImage,
} from "../support.js";

/** One line that begins with the command's name and has the pattern; no stack. */
function expectSentence(result: CommandResult, code: 1 | 2, pattern: RegExp): void {
  const lines = result.stderr
    .trim()
    .split("\n")
    .filter((line) => line.startsWith("antbee: "));
  expect(result.stderr).not.toMatch(/\n\s+at /);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(pattern);
  expect(result.code).toBe(code);
}

async function file(name: string, content: string): Promise<string> {
  const path = join(await temporaryFolder(), name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
  return path;
}

const SCENE = await readFile("scenes/standard.yaml", "utf8");

describe("arguments", () => {
  it.each([
    [["paint"], /expected one of doctor, render, .*found "paint"/],
    [["render", "scenes/standard.yaml", "--count", "3"], /--out/],
    [["render", "scenes/standard.yaml", "--out", "x", "--cuont", "3"], /expected one of --.*found --cuont/],
    [
      ["render", "scenes/standard.yaml", "--out", "x", "--count", "0"],
      /--count: expected a whole number of at least 1, found "0"/,
    ],
    [["render", "scenes/standard.yaml", "--out", "x", "--count", "4", "--shard", "5/4"], /shard.*5\/4/],
    [
      ["render", "scenes/none.yaml", "--out", "x", "--count", "4"],
      /none\.yaml: expected a file, found nothing there/,
    ],
    [
      ["run", "scenes/experiments/demo.yaml", "--seeds", "0,b"],
      /--seeds: expected a whole number of at least 0, found "b"/,
    ],
    [
      ["eval", "runs/no-such-run", "--data", "."],
      /no-such-run: expected a run, an arm or an experiment folder/,
    ],
    [["data", "eat"], /expected one of list, fetch, check, split, found "eat"/],
    [["data", "check", "wasps-and-flies"], /wasps-and-flies: expected a folder/],
    [["backbones", "fetch", "resnet9000"], /found "resnet9000"/],
  ])("antbee %j", async (args, pattern) => {
    expectSentence(await antbee(args), 2, pattern);
    expect(existsSync("x")).toBe(false);
  });
});

describe("scene and experiment files", () => {
  it("an unknown key in a scene", async () => {
    const scene = await file("scene.yaml", `${SCENE}\nwingspan: 3\n`);
    const out = join(await temporaryFolder(), "out");
    expectSentence(await antbee(["render", scene, "--count", "2", "--out", out]), 2, /scene\.yaml.*wingspan/);
    expect(existsSync(out)).toBe(false);
  });

  it("an empty range in a scene", async () => {
    const scene = await file(
      "scene.yaml",
      SCENE.replace(/uniform: \[([^,]+), ([^\]]+)\]/, "uniform: [$2, $1]"),
    );
    const out = join(await temporaryFolder(), "out");
    expectSentence(
      await antbee(["render", scene, "--count", "2", "--out", out]),
      2,
      /scene\.yaml: \S+: expected .*found \[/,
    );
    expect(existsSync(out)).toBe(false);
  });

  it("an unknown key in an experiment", async () => {
    const demo = await readFile("scenes/experiments/demo.yaml", "utf8");
    const experiment = await file("demo.yaml", demo.replace("views: 2", "views: 2\nluck: 7"));
    expectSentence(await antbee(["run", experiment]), 2, /demo\.yaml: luck: expected no such key/);
  });
});

describe("a declared family", () => {
  it("with an arm that does not exist", async () => {
    const demo = await readFile("scenes/experiments/demo.yaml", "utf8");
    const experiment = await file("demo.yaml", demo.replace("views: 2", "views: 2\nfamily: [full-low-rl]"));
    const expected = /demo\.yaml: family\.0: expected one of .*full-low-lr.*, found "full-low-rl"/;
    expectSentence(await antbee(["run", experiment, "--dry-run"]), 2, expected);
  });
});

describe("images", () => {
  async function twoClasses(): Promise<string> {
    const dir = join(await temporaryFolder(), "set");
    for (const [i, id] of [
      "val/ants/a.jpg",
      "val/bees/b.jpg",
      "train/ants/c.jpg",
      "train/bees/d.jpg",
    ].entries())
      for (const [place, red] of [
        [dir, 90],
        [`${dir}-photos`, 190],
      ] as const)
        await writeImage(join(place, id), [red, 160, 40 + 30 * i], 300);
    return dir;
  }

  const experiment = (dir: string) => `
name: bad-images
source: {dataset: ${dir}}
target: {dir: ${dir}-photos}
backbone: {name: objectron_mobilenet_v2}
views: 0
arms:
  source-only: {track: source-only, phases: [{on: source, train: head, lr: 1e-3, epochs: 1}]}
`;

  async function run(dir: string): Promise<CommandResult> {
    const path = await file("bad-images.yaml", experiment(dir));
    const env = { ANTBEE_CACHE: await temporaryFolder() };
    return antbee(
      ["run", path, "--out", join(dirname(path), "runs"), "--report", join(dirname(path), "report")],
      { env },
    );
  }

  it("a class folder without images", async () => {
    const dir = await twoClasses();
    await mkdir(join(dir, "train", "cows"));
    expectSentence(await run(dir), 2, /train\/cows: expected at least one JPEG or PNG image, found none/);
  });

  it("a truncated JPEG", async () => {
    const dir = await twoClasses();
    const path = join(dir, "train/ants/c.jpg");
    await truncate(path, Math.floor((await stat(path)).size * 0.6));
    expectSentence(await run(dir), 2, /c\.jpg: expected a whole JPEG or PNG image/);
  });

  it("a text renamed to a JPEG", async () => {
    const dir = await twoClasses();
    await writeFile(join(dir, "val/bees/b.jpg"), "not a photograph");
    expectSentence(await run(dir), 2, /b\.jpg: expected a whole JPEG or PNG image/);
  });

  it("an output folder that holds another run", async () => {
    const dir = await twoClasses();
    const path = await file("bad-images.yaml", experiment(dir));
    const args = [
      "run",
      path,
      "--out",
      join(dirname(path), "runs"),
      "--report",
      join(dirname(path), "report"),
    ];
    const env = { ANTBEE_CACHE: await temporaryFolder() };
    expect((await antbee(args, { env })).code).toBe(0);
    await writeFile(path, experiment(dir).replace("1e-3", "1e-2"));
    expectSentence(
      await antbee(args, { env }),
      2,
      /config\.yaml: expected this experiment's configuration .*another configuration/,
    );
  });
});

describe.skipIf(!imagenetWeights)(`weights (${WHY_NO_DATA})`, () => {
  async function withWeights(damage: (path: string) => Promise<void>): Promise<CommandResult> {
    const root = await temporaryFolder();
    const path = join(root, "weights", "tf_mobilenet_v2-imagenet1k.safetensors");
    await mkdir(dirname(path));
    await cp(imagenetWeights!, path);
    await chmod(path, 0o644);
    await damage(path);
    return antbee(["run", "scenes/experiments/demo.yaml", "--out", join(root, "runs")], {
      env: { ANTBEE_DATA: root },
    });
  }

  it("a file cut short", async () => {
    const result = await withWeights((path) => truncate(path, 5_000_000));
    expectSentence(result, 2, /tf_mobilenet_v2.*cut short/);
  });

  it("a missing tensor", async () => {
    const result = await withWeights(async (path) => {
      const bytes = await readFile(path);
      const length = Number(bytes.readBigUInt64LE(0));
      const header = bytes
        .toString("utf8", 8, 8 + length)
        .replace('"classifier.1.bias"', '"classifier.9.bias"');
      bytes.write(header, 8);
      await writeFile(path, bytes);
    });
    expectSentence(result, 2, /classifier\.1\.bias/);
  });
});

describe("the machine", () => {
  const NOBODY = 65534;

  it.skipIf(process.getuid?.() !== 0)("no write permission", async () => {
    const folder = await temporaryFolder(); // root's own: nobody else may write here
    const args = ["render", "scenes/standard.yaml", "--count", "2", "--out", join(folder, "out")];
    const result = await antbee(args, { uid: NOBODY, env: { HOME: "/tmp" } });
    expectSentence(result, 1, /permission denied/);
    expect(await readdir(folder)).toEqual([]);
  });

  it("no display", async () => {
    const folder = await temporaryFolder();
    const args = ["render", "scenes/standard.yaml", "--count", "2", "--out", join(folder, "out")];
    const result = await antbee(args, { env: { PATH: folder, DISPLAY: "" } });
    expectSentence(result, 1, /xvfb/i);
  });
});
