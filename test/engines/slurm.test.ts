/** Units on a real Slurm: what an array of jobs leaves is, byte for byte, what one process leaves. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { sceneWorkflow } from "../../src/engines/scene-workflow.js";
import { slurmScript } from "../../src/engines/slurm.js";
import { submit } from "../../src/engines/submit.js";
import { imageSets } from "../faults/sets.js";
import { hashes, tinySceneFile } from "../sim/tiny.js";
import { antbee, fault, lastingFolder } from "../support.js";
import { timelessReport } from "./reports.js";
import { type SlurmCluster, startSlurm, whyNoSlurm } from "./slurm-cluster.js";
import { tool, toolPath } from "./tools.js";

const why = whyNoSlurm();
if (why) console.warn(`skipping the tests on Slurm: ${why}`);

const snakemake = tool("snakemake");
if (!why && !snakemake) console.warn("skipping the Snakefile on Slurm: snakemake is not here (pip)");

const COUNT = 160;
const SHARDS = 4;

/** Renders of a tiny scene against flat images: what is tested is the chain, not the figures. */
const EXPERIMENT = (scene: string, target: string) => `
name: units
source: {scene: ${scene}, count: 10, val: 2}
target: {dir: ${target}}
backbone: {name: objectron_mobilenet_v2}
views: 1
seeds: [0, 1]
arms:
  source-only: {track: source-only, phases: [{on: source, train: head, lr: 1e-3, epochs: 2}]}
  full: {from: source-only, track: full, phases: [{on: target, train: head, lr: 1e-3, epochs: 2}]}
`;

describe.skipIf(why !== null)("on Slurm", { timeout: 300_000 }, () => {
  let cluster: SlurmCluster;
  let folder: string;
  let scene: string;

  beforeAll(async () => {
    folder = await lastingFolder();
    scene = await tinySceneFile(folder);
    cluster = await startSlurm();
  });
  afterAll(() => cluster?.stop());

  const done = (seconds: number) => cluster.waitFor((queue) => queue.length === 0, seconds);
  const records = async (out: string, k: number) =>
    (await readFile(join(out, "records", `${k}-of-${SHARDS}.jsonl`), "utf8").catch(() => "")).split("\n")
      .length - 1;

  it("an array of shards, one of them requeued in the middle, renders and merges the same bytes", async () => {
    const [whole, out] = [join(folder, "whole"), join(folder, "shards")];
    const render = ["--count", `${COUNT}`, "--passes", "masks,boxes"];
    expect(await antbee(["render", scene, ...render, "--out", whole])).toMatchObject({ code: 0 });
    const args = ["submit", scene, ...render, "--engine", "slurm", "--shards", `${SHARDS}`, "--cores", "1"];
    const submitted = await antbee([...args, "--out", out, "--go", "--json"], { env: cluster.env });
    expect(submitted.stderr).toContain("file system of this machine alone");
    expect(submitted.code).toBe(0);
    const job = /render: job (\d+)/.exec(JSON.parse(submitted.stdout).submitted)![1]!;
    const share = COUNT / SHARDS;
    while ((await records(out, 2)) === 0) await sleep(50);
    expect(await records(out, 2)).toBeLessThan(share);
    await cluster.client("scontrol", "requeue", `${job}_2`);
    await requeuedAtOnce(`${job}_2`);
    await done(200);
    expect(await hashes(out)).toEqual(await hashes(whole));
    const log = await readFile(join(out, "logs", `tiny-render-${job}_2.log`), "utf8");
    expect(log).toMatch(/[1-9]\d* stood there already/);
    const status = await antbee(["status", out, "--json", "--done"]);
    expect(status.code).toBe(0);
    expect(JSON.parse(status.stdout)).toMatchObject({ total: SHARDS, done: SHARDS, running: 0, failed: 0 });
  });

  it("runs single shards again out of the script that was kept", async () => {
    const out = join(folder, "shards");
    const again = await cluster.client(
      "sbatch",
      "--parsable",
      "--array=2,4",
      join(out, "submit.slurm.sh"),
      "render",
    );
    await done(120);
    const log = await readFile(join(out, "logs", `tiny-${again.trim()}_4.log`), "utf8");
    expect(log).toContain(`0 images rendered, ${COUNT / SHARDS} stood there already`);
    expect(existsSync(join(out, "logs", `tiny-${again.trim()}_2.log`))).toBe(true);
  });

  it("cancels what was queued where a later stage is refused, and says so", async () => {
    const out = join(folder, "refused");
    const workflow = sceneWorkflow({ scene, name: "tiny", out, count: 8, seed: 0, start: 0, shards: 2 });
    const site = { antbee: ["antbee"], cwd: folder, command: "antbee submit", image: "", claim: "" };
    const script = slurmScript(workflow, site)
      .replace("#SBATCH --requeue", "#SBATCH --hold") // so that nothing starts before it is cancelled
      .replace("--dependency=", "--partition=absent --dependency=");
    expect(script).toMatch(/--hold[\s\S]*--partition=absent/);
    for (const [name, value] of Object.entries(cluster.env)) vi.stubEnv(name, value);
    const refused = await submit("slurm", workflow, script).catch((error: Error) => error);
    vi.unstubAllEnvs();
    expect(refused).toMatchObject(
      fault(
        1,
        /did not take it: sbatch: error: .*; cancelled what was queued before: \d+; before that: render: job/,
      ),
    );
    const [, job] = /before: (\d+)/.exec(String(refused))!;
    expect(await cluster.client("scontrol", "show", "job", job!)).toMatch(/JobState=CANCELLED/);
  });

  it("an experiment's units leave the report that one process writes", async () => {
    const { target } = await imageSets();
    const experiment = join(folder, "units.yaml");
    await writeFile(experiment, EXPERIMENT(scene, target));
    const place = (name: string) => [
      "--out",
      join(folder, name, "runs"),
      "--report",
      join(folder, name, "report"),
    ];
    const env = (name: string) => ({ ...cluster.env, ANTBEE_CACHE: join(folder, name, "cache") });
    const submit = ["submit", experiment, ...place("units"), "--engine", "slurm", "--cores", "1", "--go"];
    expect(await antbee(submit, { env: env("units") })).toMatchObject({ code: 0 });
    const whole = await antbee(["run", experiment, ...place("whole")], { env: env("whole") });
    expect(whole).toMatchObject({ code: 0 });
    await done(240);
    const runs = join(folder, "units", "runs");
    const status = await antbee(["status", join(runs, "units")]);
    expect(status.stdout).toContain("10 of 10 units done, 0 running, 0 failed, 0 left");
    const report = (name: string) => timelessReport(join(folder, name, "report"));
    expect(await report("units")).toEqual(await report("whole"));
    const ledger = (name: string) => readFile(join(folder, name, "runs", "ledger.jsonl"), "utf8");
    expect((await ledger("units")).trim().split("\n")).toHaveLength(1);
    expect(JSON.parse(await ledger("units")).configHash).toBe(JSON.parse(await ledger("whole")).configHash);
  });

  it.skipIf(!snakemake)("an exported Snakefile runs on it", async () => {
    const out = join(folder, "snake");
    const args = [
      "submit",
      scene,
      "--count",
      "30",
      "--passes",
      "masks,boxes",
      "--shards",
      "2",
      "--cores",
      "1",
    ];
    const { stdout } = await antbee([...args, "--engine", "snakemake", "--out", out]);
    const file = join(folder, "Snakefile");
    await writeFile(file, stdout);
    const flags = [
      "--executor",
      "slurm",
      "--jobs",
      "2",
      "--slurm-no-account",
      "--slurm-status-command",
      "squeue",
      "--seconds-between-status-checks",
      "5",
      "--slurm-init-seconds-before-status-checks",
      "5",
    ];
    const env = { ...process.env, ...cluster.env, PATH: toolPath(cluster.env.PATH) };
    const run = await promisify(execFile)(snakemake!, ["--snakefile", file, ...flags], {
      cwd: folder,
      env,
      timeout: 240_000,
    });
    expect(run.stderr).toContain("4 of 4 steps (100%) done");
    const whole = join(folder, "snake-whole");
    const render = ["render", scene, "--count", "30", "--passes", "masks,boxes", "--out", whole];
    expect(await antbee(render)).toMatchObject({ code: 0 });
    expect(await hashes(out)).toEqual(await hashes(whole));
  });

  /** Slurm lets a requeued task wait for two minutes; an operator may shorten that. */
  async function requeuedAtOnce(task: string): Promise<void> {
    await cluster.waitFor(
      (queue) => queue.some((line) => line.includes("PENDING") && /BeginTime/.test(line)),
      60,
    );
    await cluster.client("scontrol", "update", `JobId=${task}`, "StartTime=now");
  }
});
