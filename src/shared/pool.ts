/** Child processes for work that one thread cannot share: native GL contexts, tensor backends. */
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { Tinypool } from "tinypool";
import { resultOf } from "./answer.js";
import { failed } from "./errors.js";

/** Wraps a worker's function for `openPool`. */
export { answering as poolTask } from "./answer.js";

export interface Pool<Task, Result> {
  run(task: Task): Promise<Result>;
  /** Replaces every process by a fresh one once its task is done. */
  recycle(): Promise<void>;
  /** Whether no process was lost, and no task failed in a way that its module does not expect. */
  isSound(): boolean;
  close(): Promise<void>;
}

/** Processes to use when the user names no number: one a core. */
export const defaultWorkers = (): number => availableParallelism();

/**
 * Opens a pool of processes that run the default export of a sibling module, made by `poolTask`:
 * `openPool(import.meta.url, "worker", 2)`.
 * From TypeScript sources the module is loaded through tsx, from the build as it is.
 */
export function openPool<Task, Result>(
  parentUrl: string,
  sibling: string,
  workers: number,
): Pool<Task, Result> {
  const script = siblingModule(parentUrl, sibling);
  const tinypool = new Tinypool({
    filename: script,
    runtime: "child_process",
    minThreads: workers,
    maxThreads: workers,
    env: process.env as Record<string, string>, // the library would start them with an empty one
    serialization: "advanced", // typed arrays cross as they are
    execArgv: script.endsWith(".ts") ? ["--import", import.meta.resolve("tsx")] : [],
  });
  let sound = true;
  tinypool.on("error", () => {
    sound = false; // a process ended while it had nothing to do
  });
  return {
    run: async (task) => {
      const answer = await tinypool.run(task).catch((error) => {
        sound = false;
        throw lostWorker(error, sibling);
      });
      return resultOf<Result>(answer);
    },
    recycle: () => tinypool.recycleWorkers(),
    isSound: () => sound,
    close: () => tinypool.destroy(),
  };
}

function siblingModule(parentUrl: string, sibling: string): string {
  const built = fileURLToPath(new URL(`./${sibling}.js`, parentUrl));
  return existsSync(built) ? built : built.replace(/\.js$/, ".ts");
}

function lostWorker(error: unknown, sibling: string): unknown {
  const message = (error as Error).message;
  if (message !== "Worker exited unexpectedly") return error;
  return failed(
    `${sibling} process`,
    "it ended before its task was done (killed, crashed or out of memory)",
    error,
  );
}
