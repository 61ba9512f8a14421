/** A process that tells its number, or fails as it is asked to. */
import { setTimeout as sleep } from "node:timers/promises";
import { failed } from "../../src/shared/errors.js";
import { answerParent } from "../../src/shared/pool.js";

export type PidTask = "tell" | "fail" | "throw" | "die";

answerParent(async (task: PidTask): Promise<number> => {
  await sleep(50); // so that each process gets a task
  if (task === "fail") throw failed("task", "it was to fail");
  if (task === "throw") throw new TypeError("nobody expected this");
  if (task === "die") process.exit(1);
  return process.pid;
});
