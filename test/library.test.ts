/** The library as a user gets it: the packed tarball, unpacked in an empty project, running the examples. */
import { spawnSync } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packageFile } from "../src/shared/roots.js";
import { imagenetWeights, WHY_NO_DATA, writeImage } from "./support.js";

const CHECKOUT = packageFile(".");
const TSC = packageFile("node_modules/typescript/bin/tsc");
const CAN_PACK = spawnSync("npm", ["--version"]).status === 0 && spawnSync("tar", ["--version"]).status === 0;
if (!CAN_PACK) console.warn("skipping the packed library: npm or tar is missing");

let folder: string;
let project: string;

const run = (command: string, args: string[], cwd: string, env = process.env) => {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd,
    env: { ...env, ANTBEE_CACHE: join(folder, "cache") },
    encoding: "utf8",
  });
  return { status, stdout, stderr };
};

beforeAll(async () => {
  if (!CAN_PACK) return;
  folder = await mkdtemp(join(tmpdir(), "antbee-test-"));
  project = join(folder, "project");
  await mkdir(join(project, "node_modules"), { recursive: true });
  await writeFile(join(project, "package.json"), JSON.stringify({ type: "module" }));
  await pack();
  await linkDependencies();
  await writePictures();
}, 300_000);

afterAll(() => folder && rm(folder, { recursive: true, force: true }));

/** Builds into a copy of the package, packs it, and unpacks the tarball where npm would install it. */
async function pack(): Promise<void> {
  const copy = join(folder, "package");
  const { files } = JSON.parse(await readFile(join(CHECKOUT, "package.json"), "utf8"));
  for (const file of ["package.json", ...files.filter((name: string) => name !== "dist")])
    await cp(join(CHECKOUT, file), join(copy, file), { recursive: true });
  run(process.execPath, [TSC, "-p", "tsconfig.build.json", "--outDir", join(copy, "dist")], CHECKOUT);
  const packed = run("npm", ["pack", "--silent", "--pack-destination", folder, "--ignore-scripts"], copy);
  expect(packed.stderr).not.toMatch(/npm ERR/);
  const tarball = (await readdir(folder)).find((name) => name.endsWith(".tgz"))!;
  expect(run("tar", ["-xzf", tarball, "-C", join(project, "node_modules")], folder).status).toBe(0);
  run("mv", ["package", "antbee"], join(project, "node_modules"));
}

/** The dependencies as an installation would lay them out, those of development left out, without a network. */
async function linkDependencies(): Promise<void> {
  const { stdout } = run("npm", ["ls", "--omit=dev", "--all", "--parseable"], CHECKOUT);
  const installed = join(CHECKOUT, "node_modules");
  const top = stdout
    .split("\n")
    .map((path) => relative(installed, path))
    .filter((name) => name && !name.startsWith("..") && !name.includes("node_modules"));
  expect(top.length).toBeGreaterThan(50);
  for (const name of top) {
    const link = join(project, "node_modules", name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(join(installed, name), link);
  }
}

/** Pictures of one colour a class, in class folders of two splits and in a flat folder. */
async function writePictures(): Promise<void> {
  const colours = { ants: [90, 60, 40], bees: [220, 180, 40], ladybirds: [180, 30, 20] } as const;
  for (const [label, [r, g, b]] of Object.entries(colours))
    for (let i = 0; i < 8; i++) {
      const write = (at: string, blue: number = b) =>
        writeImage(join(project, at), [r + i, g + 2 * i, blue + i], 64);
      await write(`three/train/${label}/${i}.jpg`);
      await write(`three/val/${label}/${i}.jpg`, b + 20);
      if (label === "ladybirds") continue;
      await write(`renders/seven/images/train/${label}/${label}-${i}.jpg`);
      await write(`photos/${label}-${i}.jpg`);
      await write(`photos-labelled/val/${label}/${label}-${i}.jpg`);
    }
}

const EXAMPLES = ["adapt", "own-parts", "third-class"];

/** The examples and the README's scripts as a user compiles them: strict, every library's types checked. */
async function compile(): Promise<string> {
  for (const name of EXAMPLES)
    await cp(join(CHECKOUT, "examples", `${name}.ts`), join(project, `${name}.ts`));
  const scripts = await readmeScripts();
  for (const [name, script] of scripts) await writeFile(join(project, `${name}.ts`), script);
  const strict = ["--strict", "--noUncheckedIndexedAccess", "--exactOptionalPropertyTypes"];
  const target = ["--target", "es2022", "--module", "nodenext"];
  const files = [...EXAMPLES, ...scripts.keys()].map((name) => `${name}.ts`);
  const { stdout } = run(process.execPath, [TSC, ...strict, ...target, ...files], project);
  return stdout;
}

async function readmeScripts(): Promise<Map<string, string>> {
  const readme = await readFile(join(CHECKOUT, "README.md"), "utf8");
  const found = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, script]) => script!);
  expect(found.length).toBeGreaterThan(1);
  return new Map(found.map((script, i) => [`readme-${i}`, script]));
}

describe.skipIf(!CAN_PACK)("the packed library", () => {
  it("has types under which the examples and the README's scripts are sound, its own and its dependencies' checked", async () => {
    expect(await compile()).toBe("");
  }, 180_000);

  it.skipIf(!imagenetWeights)(
    `adapts in fifteen lines, in a folder of its own (${WHY_NO_DATA})`,
    () => {
      const env = { ...process.env, ANTBEE_DATA: dirname(dirname(imagenetWeights!)) };
      const { status, stdout, stderr } = run(process.execPath, ["adapt.js"], project, env);
      expect([status, stderr]).toEqual([0, ""]);
      expect(stdout).toMatch(/mean: 1,/);
      expect(stdout).toMatch(/n: 16,/);
    },
    300_000,
  );

  it("takes a method and a network of one's own, in threads and worker processes", () => {
    const args = ["own-parts.js", "renders/seven", "photos"];
    const { status, stdout, stderr } = run(process.execPath, args, project);
    expect([status, stderr]).toEqual([0, ""]);
    const lines = stdout.trim().split("\n");
    expect(lines).toHaveLength(16);
    const correct = lines.filter((line) => line.startsWith(line.split(" ")[1]!));
    expect(correct.length).toBeGreaterThan(12);
  }, 180_000);

  it("takes a third class from its shape to a report", async () => {
    const { status, stdout, stderr } = run(process.execPath, ["third-class.js", "three"], project);
    expect([status, stderr]).toEqual([0, ""]);
    expect(
      stdout
        .trim()
        .split("\n")
        .map((line) => line.split(" ")[0]),
    ).toEqual(["source-only", "2-shot", "mcc", "oracle"]);
    const report = JSON.parse(await readFile(join(project, "report", "report.json"), "utf8"));
    expect(report.arms[0].target.perClass.map((one: { class: string }) => one.class)).toEqual([
      "ants",
      "bees",
      "ladybirds",
    ]);
    expect(report.arms.find((arm: { name: string }) => arm.name === "oracle").target.accuracy.mean).toBe(1);
    const csv = await readFile(join(project, "runs/three/oracle/seed-0/predictions/folder.csv"), "utf8");
    expect(csv.split("\n")[0]).toBe("id,split,label,p_ants,p_bees,p_ladybirds");
  }, 300_000);

  it("brings the command", async () => {
    const main = join("node_modules", "antbee", "dist", "src", "cli", "main.js");
    expect(run(process.execPath, [main, "--version"], project).stdout).toMatch(/^\d+\.\d+\.\d+/);
    const grid = ["batch", "renders/seven", "--out", "grid.png", "--count", "3", "--views", "2"];
    const { status, stdout } = run(process.execPath, [main, ...grid], project);
    expect(status).toBe(0);
    expect(stdout).toMatch(/grid\.png: train\/(ants|bees)\//);
    const { width, height } = await sharp(join(project, "grid.png")).metadata();
    expect([width, height]).toEqual([3 * 224, 3 * (224 + 20)]);
  });

  it("begins an experiment with photographs of one's own, and plans it", () => {
    const main = join("node_modules", "antbee", "dist", "src", "cli", "main.js");
    const folders = ["--classes", "ants=ants,bees=bees"];
    const begun = run(
      process.execPath,
      [main, "init", "task", "--photos", "three/val", ...folders, "--seed", "1"],
      project,
    );
    expect(begun.stdout).toMatch(/ladybirds\/: the folder of no class\n(.|\n)*\nnext: /);
    const next = begun.stdout.trim().split("\nnext: npx antbee ")[1]!;
    const plan = run(process.execPath, [main, ...next.split(" ")], project);
    expect(plan.stdout).toMatch(/next: npx antbee run task\/experiment\.yaml\n$/);
  });
});
