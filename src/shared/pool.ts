/** Child processes for work that one thread cannot share: native GL contexts, tensor backends. */
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { Tinypool } from "tinypool";
import { AntbeeError, failed } from "./errors.js";

export interface Pool<Task, Result> {
  run(task: Task): Promise<Result>;
  /** Replaces every process by a fresh one once its task is done. */
  recycle(): Promise<void>;
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
    execArgv: script.endsWith(".ts") ? ["--import", "tsx"] : [],
  });
  return {
    run: async (task) => {
      const answer = await tinypool.run(task).catch((error) => {
        throw lostWorker(error, sibling);
      });
      if ("error" in answer) throw new AntbeeError(answer.error.message, answer.error.exitCode);
      return answer.result as Result;
    },
    recycle: () => tinypool.recycleWorkers(),
    close: () => tinypool.destroy(),
  };
}

/** Wraps a worker's function, so that an `AntbeeError` keeps its exit code on the way between processes. */
export function poolTask<Task, Result>(work: (task: Task) => Promise<Result>) {
  return async (task: Task) => {
    try {
      return { result: await work(task) };
    } catch (error) {
      if (!(error instanceof AntbeeError)) throw error;
      return { error: { message: error.message, exitCode: error.exitCode } };
    }
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
