/**
 * Kills at random moments: the same command afterwards ends well, and leaves what an undisturbed one leaves. One kill a
 * command here; `npm run test:faults` makes ten. Moments come from a printed seed.
 */
import { cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { stream } from "../../src/shared/rng.js";
import { tinySceneFile } from "../sim/tiny.js";
import { lastingFolder } from "../support.js";
import { ended, fingerprint, killedAfter, processes, start } from "./processes.js";
import { imageSets } from "./sets.js";

const KILLS = Number(process.env.FAULTS_SCALE ?? 1);
const SEED = Number(process.env.FAULTS_SEED ?? Date.now() % 1e6);
console.log(`kills: FAULTS_SEED=${SEED}`);

let folder: string;
let scene: string;
let experiment: string;
let env: Record<string, string>;

beforeAll(async () => {
  folder = await lastingFolder();
  scene = await tinySceneFile(folder);
  const { source, target } = await imageSets();
  experiment = join(folder, "e.yaml");
  await writeFile(
    experiment,
    `name: e
source: {dataset: ${source}}
target: {dir: ${target}}
backbone: {name: objectron_mobilenet_v2}
views: 0
arms:
  source-only: {track: source-only, phases: [{on: source, train: head, lr: 1e-3, epochs: 2}]}
  full: {from: source-only, track: full, phases: [{on: target, train: head, lr: 1e-3, epochs: 2}]}
`,
  );
  env = { ANTBEE_CACHE: join(folder, "cache") };
});

interface Matrix {
  /** The command line that writes into a folder. */
  command(out: string): string[];
  /** What stands there before. */
  prepare?(out: string): Promise<unknown>;
}

/** Once undisturbed, then killed and repeated. */
function matrix(name: string, { command, prepare }: Matrix): void {
  it(`${name}, ${KILLS} times`, async () => {
    const fresh = async (place: string) => {
      await mkdir(join(folder, place), { recursive: true });
      await prepare?.(join(folder, place));
      return join(folder, place);
    };
    const began = performance.now();
    const whole = await fresh(`${name}-whole`);
    expect(await ended(start(command(whole), env))).toMatchObject({ code: 0 });
    const took = performance.now() - began;
    const expected = await fingerprint(whole);
    for (let kill = 0; kill < KILLS; kill++) {
      const draw = stream(SEED, name, kill);
      const out = await fresh(`${name}-${kill}`);
      await killedAfter(start(command(out), env), draw.uniform(0.1, 1) * took, draw.pick(["one", "group"]));
      expect(await ended(start(command(out), env))).toMatchObject({ code: 0 });
      expect(await fingerprint(out)).toEqual(expected);
    }
  });
}

describe("killed and repeated", () => {
  const dataset = () => join(folder, "dataset");

  beforeAll(async () => {
    const args = ["render", scene, "--count", "12", "--out", dataset(), "--workers", "1"];
    expect(await ended(start(args, env))).toMatchObject({ code: 0 });
    const run = ["run", experiment, "--out", join(folder, "runs"), "--report", join(folder, "report")];
    expect(await ended(start(run, env))).toMatchObject({ code: 0 });
  });

  matrix("render", {
    command: (out) => ["render", scene, "--count", "24", "--out", out, "--workers", "2", "--resume"],
  });
  matrix("merge", {
    command: (out) => ["render", "--merge", "--out", out],
    prepare: (out) => cp(dataset(), out, { recursive: true }),
  });
  matrix("export", { command: (out) => ["export", dataset(), "--format", "coco", "--out", out] });
  matrix("run", {
    command: (out) => ["run", experiment, "--out", out, "--report", join(folder, "report")],
  });
  matrix("compare", {
    command: () => ["compare", join(folder, "runs", "e"), "--out", join(folder, "comparison")],
  });

  it("leaves no display behind", async () => {
    const left = () => processes("Xvfb", env).length;
    const until = async (count: (n: number) => boolean) => {
      const deadline = performance.now() + 20_000;
      while (!count(left()) && performance.now() < deadline) await new Promise((r) => setTimeout(r, 50));
    };
    await until((n) => n === 0);
    expect(left()).toBe(0);
    if (process.env.DISPLAY) return; // renders take what is there
    const render = ended(start(["render", scene, "--count", "8", "--out", join(folder, "seen")], env));
    await until((n) => n > 0);
    expect(left()).toBeGreaterThan(0);
    await render;
    await until((n) => n === 0);
    expect(left()).toBe(0);
  });
});
