/** What only a process can meet: limits, full and closed outputs, and what a killed one left behind. */
import { spawn } from "node:child_process";
import { truncate, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { isAbandoned } from "../../src/shared/temporary.js";
import { tinyScene } from "../sim/tiny.js";
import { antbee, imagenetWeights, lastingFolder } from "../support.js";
import { fingerprint } from "./processes.js";
import { imageSets } from "./sets.js";

const CHECKOUT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const LIMIT_MS = 60_000;

/** The command in a shell that sets limits and leads outputs elsewhere. */
function inShell(script: string): Promise<{ code: number | null; stderr: string }> {
  const command = `node --import ${import.meta.resolve("tsx")} ${join(CHECKOUT, "src/cli/main.ts")}`;
  const child = spawn("bash", ["-c", script.replaceAll("antbee ", `${command} `)], {
    cwd: CHECKOUT,
    timeout: LIMIT_MS,
    killSignal: "SIGKILL",
  });
  let stderr = "";
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, stderr })));
}

let folder: string;
let scene: string;
beforeAll(async () => {
  folder = await lastingFolder();
  scene = join(folder, "tiny.yaml");
  await writeFile(scene, stringify(tinyScene()));
});

describe("outputs", () => {
  it.each(["data list", "--help", "backbones --json"])("antbee %s into a full disk", async (args) => {
    const { code, stderr } = await inShell(`antbee ${args} >/dev/full`);
    expect(stderr).toMatch(/antbee: standard output: the disk is full\n$/);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(code).toBe(1);
  });

  it("a reader that has gone", async () => {
    const { code, stderr } = await inShell("set -o pipefail; antbee data list | true");
    expect(stderr).toMatch(/^(antbee: standard output: its reader has gone\n)?$/);
    expect([0, 1]).toContain(code); // the reader may go after the text has come
  });
});

/** Node loads modules many at a time: it may run into the limit before antbee does anything, which is said. */
const ENOUGH_OR_SAID = /^(0 |1 antbee: \S+: too many files are open \(ulimit -n\)\n$)/;

describe("limits", () => {
  it("64 open files: a small experiment is planned", async () => {
    const { source, target } = await imageSets();
    const experiment = join(folder, "e.yaml");
    await writeFile(
      experiment,
      `name: e\nsource: {dataset: ${source}}\ntarget: {dir: ${target}}\nbackbone: {name: objectron_mobilenet_v2}\narms: {}\n`,
    );
    const { code, stderr } = await inShell(`ulimit -n 64; antbee run ${experiment} --dry-run`);
    expect(`${code} ${stderr}`).toMatch(ENOUGH_OR_SAID);
  });

  it.skipIf(!imagenetWeights)("64 open files: the real set is hashed", async () => {
    const { code, stderr } = await inShell("ulimit -n 64; antbee run scenes/experiments/demo.yaml --dry-run");
    expect(`${code} ${stderr}`).toMatch(ENOUGH_OR_SAID);
  });
});

describe("what a kill left", () => {
  it("cut and empty images are rendered again, and temporaries swept", async () => {
    const out = join(folder, "out");
    const args = ["render", scene, "--count", "12", "--out", out, "--workers", "1"];
    expect((await antbee(args)).code).toBe(0);
    const whole = await fingerprint(out);
    const [cut, empty] = Object.keys(whole).filter((path) => path.startsWith("images/"));
    await truncate(join(out, cut!), 200);
    await truncate(join(out, empty!), 0);
    const mask = Object.keys(whole).findLast((path) => path.startsWith("masks/"))!;
    await writeFile(join(out, mask), "damaged");
    await writeFile(join(out, dirname(cut!), ".000000.jpg.gone-1-0.tmp"), "half");
    await writeFile(join(out, dirname(cut!), ".000000.jpg.4711-0.tmp"), "half");
    const { code, stdout } = await antbee([...args, "--resume"]);
    expect(stdout).toMatch(/^3 images rendered, 9 stood there already/);
    expect(code).toBe(0);
    const { [join(dirname(cut!), ".000000.jpg.gone-1-0.tmp")]: elsewhere, ...resumed } =
      await fingerprint(out);
    expect(elsewhere).toBeDefined(); // another machine may be at it still
    expect(withoutRecords(resumed)).toEqual(withoutRecords(whole));
  });

  it("a temporary is nobody's when its process has ended, or it is too old to be written still", () => {
    const now = Date.now();
    expect(isAbandoned(".a.jpg.4711-0.tmp", now)).toBe(true);
    expect(isAbandoned(".a.jpg.elsewhere-1-0.tmp", now)).toBe(false);
    expect(isAbandoned(".a.jpg.elsewhere-1-0.tmp", now - 3_600_000)).toBe(true);
  });
});

/** A line is written anew for what is rendered anew. */
const withoutRecords = (files: Record<string, string>) =>
  Object.fromEntries(Object.entries(files).filter(([path]) => !path.startsWith("records/")));
