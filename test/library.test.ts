/** The library as a user gets it: the packed tarball, unpacked in an empty project, running the example. */
import { spawnSync } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packageFile } from "../src/shared/roots.js";
import { writeImage } from "./support.js";

const CHECKOUT = packageFile(".");
const TSC = packageFile("node_modules/typescript/bin/tsc");
const CAN_PACK = spawnSync("npm", ["--version"]).status === 0 && spawnSync("tar", ["--version"]).status === 0;
if (!CAN_PACK) console.warn("skipping the packed library: npm or tar is missing");

let folder: string;
let project: string;

const run = (command: string, args: string[], cwd: string) => {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: "utf8" });
  return { status, stdout, stderr };
};

beforeAll(async () => {
  if (!CAN_PACK) return;
  folder = await mkdtemp(join(tmpdir(), "antbee-test-"));
  project = join(folder, "project");
  await mkdir(join(project, "node_modules"), { recursive: true });
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

/** The dependencies as an installation would lay them out, without a network. */
async function linkDependencies(): Promise<void> {
  const installed = join(CHECKOUT, "node_modules");
  for (const name of await readdir(installed))
    if (!name.startsWith(".")) await symlink(join(installed, name), join(project, "node_modules", name));
}

async function writePictures(): Promise<void> {
  const colours = { ants: [90, 60, 40], bees: [220, 180, 40] } as const;
  for (const [label, [r, g, b]] of Object.entries(colours))
    for (let i = 0; i < 8; i++) {
      const at = (root: string) => join(project, root, `${label}-${i}.jpg`);
      await writeImage(at(`renders/train/${label}`), [r + i, g, b], 64);
      await writeImage(at("photos"), [r, g + 2 * i, b + i], 64);
    }
}

describe.skipIf(!CAN_PACK)("the packed library", () => {
  it("runs the example, with a method and a schedule of its own", async () => {
    await cp(join(CHECKOUT, "examples", "adapt.mjs"), join(project, "adapt.mjs"));
    const { status, stdout, stderr } = run(process.execPath, ["adapt.mjs", "renders", "photos"], project);
    expect(stderr).not.toMatch(/Error/);
    expect(status).toBe(0);
    const lines = stdout.trim().split("\n");
    expect(lines).toHaveLength(16);
    const right = lines.filter((line) => line.startsWith(line.split(" ")[1]!));
    expect(right.length).toBeGreaterThan(12);
  }, 120_000);

  it("has types under which the example is sound", () => {
    const flags = [
      "--noEmit",
      "--allowJs",
      "--checkJs",
      "--strict",
      "--noImplicitAny",
      "false",
      "--skipLibCheck",
    ];
    const target = ["--target", "es2022", "--module", "nodenext", "--types", "node"];
    const { stdout } = run(process.execPath, [TSC, ...flags, ...target, "adapt.mjs"], project);
    expect(stdout).toBe("");
  }, 120_000);

  it("brings the command", async () => {
    const main = join("node_modules", "antbee", "dist", "src", "cli", "main.js");
    expect(run(process.execPath, [main, "--version"], project).stdout).toMatch(/^\d+\.\d+\.\d+/);
    const grid = ["batch", "renders", "--out", "grid.png", "--count", "3", "--views", "2"];
    const { status, stdout } = run(process.execPath, [main, ...grid], project);
    expect(status).toBe(0);
    expect(stdout).toMatch(/grid\.png: train\/(ants|bees)\//);
    const { width, height } = await sharp(join(project, "grid.png")).metadata();
    expect([width, height]).toEqual([3 * 224, 3 * (224 + 20)]);
  });
});
