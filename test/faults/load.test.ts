/**
 * Much at once: renders whose workers are killed, evaluations of one run, runs of one experiment. Takes hours at its
 * whole size, FAULTS_LOAD=1; a share of it, such as FAULTS_LOAD=0.01, takes minutes.
 */
import { execFileSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { evaluateFolder } from "../../src/experiment/evaluate/evaluate.js";
import { tinySceneFile } from "../sim/tiny.js";
import { lastingFolder } from "../support.js";
import { ended, fingerprint, start } from "./processes.js";
import { imageSets } from "./sets.js";

const LOAD = Number(process.env.FAULTS_LOAD ?? 0);
const LONGEST_MS = 6 * 3600 * 1000;
const KILL_EVERY_MS = 4000;

/** Processes that the command started to work for it. */
function workersOf(pid: number): number[] {
  try {
    return execFileSync("pgrep", ["-P", String(pid)], { encoding: "utf8" })
      .trim()
      .split("\n")
      .map(Number);
  } catch {
    return []; // pgrep's answer where there is none
  }
}

describe.skipIf(LOAD === 0)(`load ${LOAD}`, () => {
  const scaled = (most: number) => Math.max(2, Math.round(LOAD * most));

  it("renders while workers are killed", { timeout: LONGEST_MS }, async () => {
    const folder = await lastingFolder();
    const scene = await tinySceneFile(folder);
    const out = join(folder, "out");
    const args = ["render", scene, "--count", String(scaled(10_000)), "--out", out, "--resume"];
    let [kills, calls, code] = [0, 0, null as number | null];
    while (code !== 0 && calls < 1000) {
      const child = start(args);
      const killer = setInterval(() => {
        const [worker] = workersOf(child.pid!);
        if (worker) process.kill(worker, "SIGKILL");
        kills += worker ? 1 : 0;
      }, KILL_EVERY_MS);
      ({ code } = await ended(child));
      clearInterval(killer);
      calls++;
    }
    console.log(`${scaled(10_000)} renders, ${kills} workers killed, ${calls} calls`);
    expect(code).toBe(0);
    const images = Object.keys(await fingerprint(out)).filter((path) => path.startsWith("images/"));
    expect(images).toHaveLength(scaled(10_000));
  });

  it("evaluates and runs at once", { timeout: LONGEST_MS }, async () => {
    const folder = await lastingFolder();
    const { source, target } = await imageSets();
    const experiment = join(folder, "e.yaml");
    const phases = "[{on: source, train: head, lr: 1e-3, epochs: 1}]";
    await writeFile(
      experiment,
      `name: e\nsource: {dataset: ${source}}\ntarget: {dir: ${target}}\nbackbone: {name: objectron_mobilenet_v2}\nviews: 0\narms: {source-only: {track: source-only, phases: ${phases}}}\n`,
    );
    const args = ["run", experiment, "--out", join(folder, "runs"), "--report", join(folder, "report")];
    const twice = await Promise.all([ended(start(args)), ended(start(args))]);
    expect(twice.map(({ code }) => code)).toEqual([0, 0]);
    const runs = join(folder, "runs", "e", "source-only");
    const asked = Array.from({ length: scaled(200) }, () => evaluateFolder(runs, target));
    const answers = (await Promise.all(asked)).flat();
    const files = new Set(answers.map(({ predictions }) => predictions));
    expect(files.size).toBe(1);
    const rows = (await readFile([...files][0]!, "utf8")).trim().split("\n");
    expect(rows).toHaveLength(1 + answers[0]!.n);
    console.log(`${answers.length} evaluations at once over one run, 2 runs at once`);
  });
});
