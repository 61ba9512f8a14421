/** A thread that counts on from its data, or ends in every way that a thread can. */
import { workerData } from "node:worker_threads";
import { invalid } from "../../src/shared/errors.js";
import { answerTasks } from "../../src/shared/thread.js";

export type ThreadTask = "count" | "fail" | "throw" | "exit" | "fill memory" | "work for ever";

let count = workerData as number;

answerTasks(async (task: ThreadTask): Promise<number> => {
  if (task === "fail") throw invalid("task", "another", task);
  if (task === "throw") throw new TypeError("nobody expected this");
  if (task === "exit") process.exit();
  const kept: number[][] = [];
  while (task === "fill memory") kept.push(Array.from({ length: 1e5 }, Math.random));
  while (task === "work for ever");
  count += 1;
  return count;
});
