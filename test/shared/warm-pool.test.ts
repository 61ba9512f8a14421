import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { packageFile } from "../../src/shared/roots.js";
import { borrowPool, idleWorkers } from "../../src/shared/warm-pool.js";
import type { PidTask } from "./pid-worker.js";

const LONG = 600_000;
const WAIT = { timeout: 60_000 };

const borrow = (workers: number, idleMs = LONG) =>
  borrowPool<PidTask, number>(import.meta.url, "pid-worker", workers, idleMs);

/** Lets a pool's processes tell their numbers, and closes it. */
async function use(workers: number, idleMs?: number): Promise<number[]> {
  const pool = borrow(workers, idleMs);
  const pids = new Set<number>();
  // One that starts late leaves its first tasks to the others.
  while (pids.size < workers)
    for (const pid of await Promise.all(Array.from({ length: workers }, () => pool.run("tell"))))
      pids.add(pid);
  await pool.close();
  return [...pids].sort((a, b) => a - b);
}

/** Ends what a test left idle. */
const endIdle = (workers: number) => use(workers, 1);

function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const allGone = (pids: number[]) => expect.poll(() => pids.filter(alive), WAIT).toEqual([]);

describe("a warm pool", () => {
  it("has the same processes at its next use, which end once nobody comes", async () => {
    const first = await use(2);
    expect(new Set(first).size).toBe(2);
    expect(idleWorkers(import.meta.url, "pid-worker", 4)).toBe(2);
    expect(idleWorkers(import.meta.url, "pid-worker", 1)).toBe(0);
    expect(await use(2, 1)).toEqual(first);
    await allGone(first);
    expect(idleWorkers(import.meta.url, "pid-worker", 4)).toBe(0);
  });

  it("is not lent twice at once, nor for another number of processes", async () => {
    const first = await use(1);
    const [a, b] = [borrow(1, 1), borrow(1, 1)];
    const pids = await Promise.all([a.run("tell"), b.run("tell")]);
    expect(pids[0]).toBe(first[0]);
    expect(pids[1]).not.toBe(first[0]);
    await Promise.all([a.close(), b.close()]);
    await allGone(pids);
  });

  it("stays warm after a task that failed, and still tells the next failure", async () => {
    const first = await use(1);
    const pool = borrow(1);
    await expect(pool.run("fail")).rejects.toMatchObject({ exitCode: 1, message: "task: it was to fail" });
    await pool.close();
    expect(await endIdle(1)).toEqual(first);
  });

  it.each(["throw", "die"] as const)(
    "is not lent again after a task that made its process %s",
    async (task) => {
      const first = await use(1);
      const pool = borrow(1);
      await expect(pool.run(task)).rejects.toThrow(/nobody expected|pid-worker process: it ended before/);
      await pool.close();
      expect(idleWorkers(import.meta.url, "pid-worker", 1)).toBe(0);
      await allGone(first);
      const next = await endIdle(1);
      expect(next).not.toEqual(first);
    },
  );

  it("is not lent again while it still works: closing it ends its tasks", async () => {
    const pool = borrow(1);
    const first = await pool.run("tell");
    const last = pool.run("tell");
    await Promise.all([expect(last).rejects.toThrow(), pool.close()]);
    await allGone([first]);
  });

  it("that loses a process while it waits is not lent again, and nobody is disturbed", async () => {
    const first = await use(1, 500);
    process.kill(first[0]!, "SIGKILL");
    await allGone(first);
    await expect.poll(() => idleWorkers(import.meta.url, "pid-worker", 1), WAIT).toBe(0);
    expect(await endIdle(1)).not.toEqual(first);
  });
});

describe("a script with a warm pool", () => {
  const start = (...args: string[]) =>
    spawn(
      process.execPath,
      ["--import", "tsx", packageFile(join("test", "shared", "warm-script.ts")), ...args],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
  const pidsOf = async (script: ChildProcess): Promise<number[]> => {
    const [line] = await once(script.stdout!, "data");
    return String(line).trim().split(" ").map(Number);
  };

  it("ends when its work is done, and the processes with it", async () => {
    const script = start();
    const [pids, [code]] = await Promise.all([pidsOf(script), once(script, "exit")]);
    expect(pids).toHaveLength(2);
    expect(code).toBe(0);
    await allGone(pids);
  });

  it("that is killed leaves no process behind", async () => {
    const script = start("stay");
    const pids = await pidsOf(script);
    expect(pids.every(alive)).toBe(true);
    script.kill("SIGKILL");
    await allGone(pids);
  });
});
