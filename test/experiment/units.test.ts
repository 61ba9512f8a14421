/** An experiment in units: their order, and what they ask of one another. */
import { existsSync } from "node:fs";
import { readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { workStatus } from "../../src/engines/status.js";
import { findUnit, unitNames, unitStages } from "../../src/experiment/plan/units.js";
import { runUnit } from "../../src/experiment/run-unit.js";
import type { ExperimentSpec } from "../../src/experiment/spec/schema.js";
import { writeJson } from "../../src/shared/files.js";
import { imageSets } from "../faults/sets.js";
import { fault, lastingFolder } from "../support.js";

const arm = (name: string, from?: string) => ({ name, from, track: "full", phases: [] });
const parts = {
  seeds: [0, 3],
  arms: [arm("a"), arm("b", "a"), arm("c", "b")],
  experiment: { source: { scene: "s.yaml", count: 10, val: 2 } },
} as unknown as Parameters<typeof unitStages>[0];

describe("the units of an experiment", () => {
  it("come after those that they need", () => {
    expect(unitNames(parts)).toEqual(
      ["inputs", "renders", "activations", "arms/a", "arms/b", "arms/c", "report"].flatMap((name) =>
        ["inputs", "report"].includes(name) ? [name] : [`${name}/seed-0`, `${name}/seed-3`],
      ),
    );
    const stages = unitStages(parts);
    for (const [i, { after, afterSame }] of stages.entries()) {
      expect(stages.slice(0, i).map(({ name }) => name)).toEqual(expect.arrayContaining([...after]));
      expect(after).toEqual(expect.arrayContaining([...afterSame]));
    }
    expect(stages.find(({ name }) => name === "arm-c")!.afterSame).toEqual(["arm-b"]);
  });

  it("are found by name, by an array's number, and by a seed", () => {
    expect(findUnit("arms/b/seed-3", parts)).toMatchObject({ unit: { kind: "arm", arm: "b", seed: 3 } });
    expect(findUnit("auto", parts, { JOB_COMPLETION_INDEX: "0" }).name).toBe("inputs");
    expect(findUnit("auto", parts, { JOB_COMPLETION_INDEX: "11" }).name).toBe("report");
    expect(findUnit("arms/c/seed-auto", parts, { SLURM_ARRAY_TASK_ID: "3" }).name).toBe("arms/c/seed-3");
    const other = () => findUnit("arms/c/seed-auto", parts, { SLURM_ARRAY_TASK_ID: "1" });
    expect(other).toThrow(
      expect.objectContaining(fault(2, /SLURM_ARRAY_TASK_ID: expected one of the seeds 0, 3, found "1"/)),
    );
    expect(() => findUnit("arms/d/seed-0", parts)).toThrow(
      expect.objectContaining(fault(2, /--unit: expected/)),
    );
  });
});

describe("units of a small experiment", () => {
  let spec: ExperimentSpec;
  let out: string;
  let folder: string;
  const run = (unit: string, wait = 0) =>
    runUnit(spec, unit, { out, report: join(folder, "report"), where: "e.yaml", wait });

  beforeAll(async () => {
    folder = await lastingFolder();
    out = join(folder, "runs");
    vi.stubEnv("ANTBEE_CACHE", join(folder, "cache"));
    const { source, target } = await imageSets();
    const phases = (on: "source" | "target") => [{ on, train: "head" as const, lr: 1e-3, epochs: 1 }];
    spec = {
      name: "e",
      source: { dataset: source },
      target: { dir: target },
      backbone: { name: "objectron_mobilenet_v2" },
      views: 0,
      arms: {
        "source-only": { track: "source-only", phases: phases("source") },
        full: { from: "source-only", track: "full", phases: phases("target") },
      },
    };
  });

  it("name the one that is to be done first, and open nothing", async () => {
    await expect(run("report")).rejects.toMatchObject(
      fault(
        1,
        /--unit: arms\/source-only\/seed-0 is to be done first: antbee run e\.yaml --out \S+ --unit arms\//,
      ),
    );
    await expect(run("arms/full/seed-0")).rejects.toMatchObject(
      fault(1, /arms\/source-only\/seed-0 is to be done/),
    );
    expect(existsSync(join(out, "ledger.jsonl"))).toBe(false);
  });

  it("wait for what another machine wrote to be seen, and leave the ledger to the report", async () => {
    for (const unit of ["inputs", "activations/seed-0", "arms/source-only/seed-0"]) await run(unit);
    const [record, hidden] = [join(out, "e/source-only/seed-0/run.json"), join(folder, "hidden.json")];
    await rename(record, hidden);
    // It failed a moment ago, and its engine starts it again.
    const state = { state: "failed", host: "h", pid: 1, started: new Date().toISOString() };
    await writeJson(join(out, "e/units/arms/source-only/seed-0.json"), state);
    setTimeout(() => rename(hidden, record), 1500);
    await run("arms/full/seed-0", 60);
    expect(existsSync(join(out, "ledger.jsonl"))).toBe(false);
    const { report } = await run("report");
    expect(JSON.parse(await readFile(join(report!, "report.json"), "utf8")).arms).toHaveLength(2);
    await run("report");
    expect((await readFile(join(out, "ledger.jsonl"), "utf8")).trim().split("\n")).toHaveLength(1);
    expect(await workStatus(join(out, "e"))).toMatchObject({ total: 5, done: 5, failed: 0 });
  });
});
