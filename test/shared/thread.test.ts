import { afterEach, expect, it, onTestFinished } from "vitest";
import { openThread, type Thread } from "../../src/shared/thread.js";
import { fault, temporaryFolder } from "../support.js";
import type { ThreadTask } from "./thread-worker.js";

const LOST = "test thread: it ended before its task was done (stopped, crashed or out of memory)";

let thread: Thread<ThreadTask, number>;
afterEach(() => thread.close());

function open(sibling = "thread-worker") {
  const resourceLimits = { maxOldGenerationSizeMb: 64 };
  thread = openThread(import.meta.url, sibling, { name: "test thread", workerData: 20, resourceLimits });
}

it("answers one task after the other, also after one that failed", async () => {
  open();
  expect(await thread.ask("count")).toBe(21);
  await expect(thread.ask("fail")).rejects.toMatchObject({
    exitCode: 2,
    message: 'task: expected another, found "fail"',
  });
  expect(await thread.ask("count")).toBe(22);
});

it("starts from sources wherever the command is called", async () => {
  const cwd = process.cwd();
  onTestFinished(() => process.chdir(cwd));
  process.chdir(await temporaryFolder());
  open();
  expect(await thread.ask("count")).toBe(21);
});

it.each([
  ["throw", "test thread: nobody expected this"],
  ["exit", LOST],
  ["fill memory", /^test thread: .*memory limit/],
] as const)(
  "that ends, when asked to %s, is reported at once, and whenever it is asked again",
  async (task, message) => {
    open();
    await expect(thread.ask(task)).rejects.toMatchObject({ exitCode: 1, message });
    await expect(thread.ask("count")).rejects.toMatchObject({ exitCode: 1, message });
  },
);

it("that is closed while it works is reported", async () => {
  open();
  const task = thread.ask("work for ever");
  await Promise.all([expect(task).rejects.toMatchObject({ exitCode: 1, message: LOST }), thread.close()]);
});

it("that cannot start is reported by its first task", async () => {
  open("no-such-worker");
  await expect(thread.ask("count")).rejects.toMatchObject(fault(1, /^test thread: .*no-such-worker/));
});
