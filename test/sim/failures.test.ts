/** What fails at the work itself: each is one sentence, and nothing that was finished is lost. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdir, readdir } from "node:fs/promises";
import type { Readable } from "node:stream";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { mergeDataset } from "../../sim/dataset/merge.js";
import { type RenderOptions, renderDataset } from "../../sim/dataset/render-dataset.js";
import { Renderer } from "../../sim/renderer/renderer.js";
import { CAN_MOUNT } from "../support.js";
import { freshFolder, hashes, tinyScene } from "./tiny.js";

const COUNT = 14;
const scene = tinyScene();
let expected: Record<string, string>;

const render = (out: string, more: Partial<RenderOptions> = {}) =>
  renderDataset({ scene, out, count: COUNT, workers: 1, ...more });

beforeAll(async () => {
  const whole = await freshFolder();
  await render(whole);
  await mergeDataset(whole);
  expected = await hashes(whole);
});

/** The failure of a run, which must be one sentence for the user with exit code 1. */
async function failure(run: Promise<unknown>): Promise<string> {
  const error = await run.then(
    () => new Error("went well"),
    (e) => e,
  );
  expect(error.message).not.toContain("\n");
  expect(error).toMatchObject({ exitCode: 1 });
  return error.message;
}

async function expectContinues(out: string): Promise<void> {
  const { skipped, rendered } = await render(out, { resume: true });
  expect(skipped).toBeGreaterThan(0);
  expect(skipped + rendered).toBe(COUNT);
  await mergeDataset(out);
  expect(await hashes(out)).toEqual(expected);
}

describe.runIf(process.platform === "linux")("a display that dies midway", () => {
  const { DISPLAY } = process.env;
  let server: ChildProcess | undefined;
  afterEach(() => {
    server?.kill();
    if (DISPLAY === undefined) delete process.env.DISPLAY;
    else process.env.DISPLAY = DISPLAY;
  });

  it("is replaced where antbee started it itself", async () => {
    delete process.env.DISPLAY;
    const out = await freshFolder();
    let killed = 0;
    await render(out, {
      onProgress: () => {
        if (!killed++) for (const pid of descendants("Xvfb")) process.kill(pid);
      },
    });
    expect(killed).toBeGreaterThan(0);
    await mergeDataset(out);
    expect(await hashes(out)).toEqual(expected);
  });

  it("is named where it is the user's and a process has to open it anew; the same command continues", async () => {
    server = await startDisplay();
    const out = await freshFolder();
    const run = render(out, {
      onProgress: () => {
        server!.kill();
        for (const pid of descendants("node")) process.kill(pid, "SIGKILL");
      },
    });
    expect(await failure(run)).toMatch(/^display: no WebGL 2 context on DISPLAY=:\d+; install/);
    delete process.env.DISPLAY;
    await expectContinues(out);
  });
});

it.skipIf(!CAN_MOUNT)(
  "a disk that fills is named, and the same command continues once there is room",
  async () => {
    const out = await freshFolder();
    await mkdir(out);
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=56k", "tmpfs", out]);
    try {
      expect(await failure(render(out))).toMatch(/the disk is full/);
      const names = await readdir(out, { recursive: true });
      expect(names.filter((name) => name.endsWith(".tmp"))).toEqual([]);
      execFileSync("mount", ["-o", "remount,size=20m", out]);
      await expectContinues(out);
    } finally {
      execFileSync("umount", [out]);
    }
  },
);

it("a size that the driver cannot make", async () => {
  const message = await failure(Renderer.open(40_000, 16));
  expect(message).toMatch(/40000x16/);
});

/** An Xvfb of the test's own, named in DISPLAY. */
async function startDisplay(): Promise<ChildProcess> {
  const args = ["-displayfd", "3", "-screen", "0", "64x64x24", "-nolisten", "tcp"];
  const started = spawn("Xvfb", args, { stdio: ["ignore", "ignore", "ignore", "pipe"] });
  const number = await new Promise((resolve) => (started.stdio[3] as Readable).once("data", resolve));
  process.env.DISPLAY = `:${String(number).trim()}`;
  return started;
}

/** Processes of that name that this one started, or that those did. */
function descendants(name: string): number[] {
  const list = execFileSync("ps", ["-eo", "pid=,ppid=,comm="], { encoding: "utf8" }).trim().split("\n");
  const rows = list.map((line) => line.trim().split(/\s+/) as [string, string, string]);
  const parents = new Map(rows.map(([pid, parent]) => [Number(pid), Number(parent)]));
  const below = (pid: number): boolean =>
    parents.has(pid) && (parents.get(pid) === process.pid || below(parents.get(pid)!));
  const found = rows.filter(([pid, , command]) => command === name && below(Number(pid)));
  return found.map(([pid]) => Number(pid));
}
