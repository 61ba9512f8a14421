/** What units of work rely on: their number in an array, patience with slow file systems, and what they say of themselves. */
import { mkdir, rename, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { readBytes, sha256File, writeJson } from "../../../src/shared/files.js";
import { arrayIndex } from "../../../src/shared/units/array-index.js";
import { patiently } from "../../../src/shared/units/patience.js";
import { isGivenUp, readUnitStates, trackUnit } from "../../../src/shared/units/unit-state.js";
import { fault, temporaryFolder } from "../../support.js";

/** Reads that fail as those of a network file system whose file was replaced, so many times for each path. */
const stale = new Map<string, number>();

vi.mock("node:fs/promises", async (original) => {
  const real = await original<typeof import("node:fs/promises")>();
  const readFile = (path: string, ...rest: unknown[]) => {
    const left = stale.get(path) ?? 0;
    if (left === 0) return (real.readFile as (...all: unknown[]) => unknown)(path, ...rest);
    stale.set(path, left - 1);
    return Promise.reject(
      Object.assign(new Error(`ESTALE: stale file handle, read '${path}'`), { code: "ESTALE" }),
    );
  };
  return { ...real, readFile };
});

describe("a stale handle", () => {
  it("is opened again", async () => {
    const path = join(await temporaryFolder(), "a.txt");
    await writeFile(path, "whole");
    stale.set(path, 2);
    expect(String(await readBytes(path))).toBe("whole");
    expect(stale.get(path)).toBe(0);
  });

  it("that stays stale is a failure with its path", async () => {
    const path = join(await temporaryFolder(), "a.txt");
    await writeFile(path, "whole");
    stale.set(path, 50);
    await expect(readBytes(path)).rejects.toMatchObject(
      fault(1, /a\.txt: the network file system has lost it/),
    );
  });

  it("is no answer to those who wait", async () => {
    const path = join(await temporaryFolder(), "a.txt");
    await writeFile(path, "whole");
    stale.set(path, 4);
    expect(String(await patiently(5, () => readBytes(path), 10))).toBe("whole");
  });
});

describe("patience", () => {
  it("waits for what another machine wrote to be seen", async () => {
    const folder = await temporaryFolder();
    const [hidden, path] = [join(folder, "hidden"), join(folder, "a.txt")];
    await writeFile(hidden, "late");
    setTimeout(() => rename(hidden, path), 200);
    const look = () => sha256File(path).catch(() => undefined);
    expect(await patiently(0, look)).toBeUndefined();
    expect(await patiently(10, look, 20)).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe("the number of a unit", () => {
  it.each([
    [{ SLURM_ARRAY_TASK_ID: "1" }, 1],
    [{ SLURM_ARRAY_TASK_ID: "7", SLURM_ARRAY_TASK_COUNT: "2" }, 7],
    [{ JOB_COMPLETION_INDEX: "0" }, 1],
    [{ JOB_COMPLETION_INDEX: "7" }, 8],
    [{ SLURM_ARRAY_TASK_ID: "8", JOB_COMPLETION_INDEX: "7" }, 8],
  ])("%j is unit %i of 8", (env, k) => {
    expect(arrayIndex("--shard auto", 8, env)).toBe(k);
  });

  it.each([
    [
      { SLURM_ARRAY_TASK_ID: "0" },
      /SLURM_ARRAY_TASK_ID: expected a number from 1 to 8, for 8 in all, found "0"/,
    ],
    [{ SLURM_ARRAY_TASK_ID: "9" }, /found "9"/],
    [{ SLURM_ARRAY_TASK_ID: "4294967294" }, /found "4294967294"/],
    [
      { JOB_COMPLETION_INDEX: "8" },
      /JOB_COMPLETION_INDEX: expected a number from 0 to 7, for 8 in all, found "8"/,
    ],
    [{ JOB_COMPLETION_INDEX: "-1" }, /found "-1"/],
    [{ SLURM_ARRAY_TASK_ID: "01" }, /found "01"/],
    [
      { SLURM_ARRAY_TASK_ID: "1", JOB_COMPLETION_INDEX: "3" },
      /expected one number in the environment, found SLURM_ARRAY_TASK_ID=1 JOB_COMPLETION_INDEX=3/,
    ],
    [
      {},
      /--shard auto: expected SLURM_ARRAY_TASK_ID or JOB_COMPLETION_INDEX in the environment, found neither/,
    ],
  ])("%j is refused", (env, says) => {
    expect(() => arrayIndex("--shard auto", 8, env)).toThrow(expect.objectContaining(fault(2, says)));
  });
});

describe("what a unit says of itself", () => {
  it("is running, then done", async () => {
    const folder = await temporaryFolder();
    const result = await trackUnit(folder, "arms/a/seed-0", async () => {
      expect((await readUnitStates(folder)).get("arms/a/seed-0")).toMatchObject({
        state: "running",
        lost: false,
      });
      return 3;
    });
    expect(result).toBe(3);
    expect([...(await readUnitStates(folder))]).toMatchObject([
      ["arms/a/seed-0", { state: "done", pid: process.pid }],
    ]);
  });

  it("is failed, with its sentence, and the failure goes on", async () => {
    const folder = await temporaryFolder();
    const work = trackUnit(folder, "report", () => Promise.reject(new Error("no space\n  at here")));
    await expect(work).rejects.toThrow("no space");
    expect((await readUnitStates(folder)).get("report")).toMatchObject({
      state: "failed",
      error: "no space",
    });
  });

  it("is lost where it gave no sign for a while", async () => {
    const folder = await temporaryFolder();
    const path = join(folder, "units", "shard-1-of-2.json");
    await mkdir(join(folder, "units"));
    await writeJson(path, { state: "running", host: "h", pid: 1, started: new Date().toISOString() });
    const longAgo = new Date(Date.now() - 100_000);
    await utimes(path, longAgo, longAgo);
    expect((await readUnitStates(folder)).get("shard-1-of-2")).toMatchObject({
      state: "running",
      lost: true,
    });
  });

  it("is given up where it failed or was lost, and no engine started it again for ten minutes", async () => {
    const folder = await temporaryFolder();
    const path = join(folder, "units", "report.json");
    const saidAgo = async (state: string, seconds: number) => {
      await writeJson(path, { state, host: "h", pid: 1, started: new Date().toISOString() });
      const then = new Date(Date.now() - seconds * 1000);
      await utimes(path, then, then);
      return isGivenUp((await readUnitStates(folder)).get("report")!);
    };
    for (const state of ["failed", "running"]) {
      expect(await saidAgo(state, 300)).toBe(false);
      expect(await saidAgo(state, 700)).toBe(true);
    }
    expect(await saidAgo("done", 700)).toBe(false);
  });
});
