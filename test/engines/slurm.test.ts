/** Units on a real Slurm: what an array of jobs leaves is, byte for byte, what one process leaves. */
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { hashes, tinyScene } from "../sim/tiny.js";
import { antbee, lastingFolder } from "../support.js";
import { type SlurmCluster, startSlurm, whyNoSlurm } from "./slurm-cluster.js";

const why = whyNoSlurm();
if (why) console.warn(`skipping the tests on Slurm: ${why}`);

const COUNT = 160;
const SHARDS = 4;

describe.skipIf(why !== null)("on Slurm", { timeout: 300_000 }, () => {
  let cluster: SlurmCluster;
  let folder: string;
  let scene: string;

  beforeAll(async () => {
    folder = await lastingFolder();
    scene = join(folder, "tiny.yaml");
    await writeFile(scene, stringify(tinyScene()));
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

  /** Slurm lets a requeued task wait for two minutes; an operator may shorten that. */
  async function requeuedAtOnce(task: string): Promise<void> {
    await cluster.waitFor(
      (queue) => queue.some((line) => line.includes("PENDING") && /BeginTime/.test(line)),
      60,
    );
    await cluster.client("scontrol", "update", `JobId=${task}`, "StartTime=now");
  }
});
