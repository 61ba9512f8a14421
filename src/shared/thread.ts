/** Threads for work that shares memory with this one. */
import { once } from "node:events";
import { existsSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parentPort, Worker, type WorkerOptions } from "node:worker_threads";
import { answering, resultOf } from "./answer.js";
import { failed } from "./errors.js";

export interface Thread<Task, Result> {
  /**
   * Hands the thread a task, the one before being done. It keeps this process from ending until it answers.
   * @throws what the task fails at; a failure where the thread ends before it answers
   */
  ask(task: Task): Promise<Result>;
  close(): Promise<void>;
}

/**
 * Starts a sibling module, which calls `answerTasks`, in a thread: `openThread(import.meta.url, "worker", options)`.
 * It finds `options.workerData` there; failures name it by `options.name`.
 */
export function openThread<Task, Result>(
  parentUrl: string,
  sibling: string,
  options: WorkerOptions & { name: string },
): Thread<Task, Result> {
  const worker = startWorker(parentUrl, sibling, options);
  const ended = new AbortController(); // the first reason stays
  const end = (why: string, cause?: Error) => ended.abort(failed(options.name, why, cause));
  worker.on("error", (error) => end(error.message, error));
  worker.on("exit", () => end("it ended before its task was done (stopped, crashed or out of memory)"));
  worker.unref();
  return {
    ask: async (task) => {
      worker.ref();
      worker.postMessage(task);
      const [answer] = await once(worker, "message", ended).catch(() => {
        throw ended.signal.reason;
      });
      worker.unref();
      return resultOf<Result>(answer);
    },
    close: async () => {
      await worker.terminate();
    },
  };
}

/** In the thread: answers every task with what `work` makes of it. An error that is not expected ends the thread. */
export function answerTasks<Task, Result>(work: (task: Task) => Promise<Result>): void {
  const answer = answering(work);
  parentPort!.on("message", async (task: Task) => parentPort!.postMessage(await answer(task)));
}

/** From TypeScript sources the module is loaded through tsx, from the build as it is. */
function startWorker(parentUrl: string, sibling: string, options: WorkerOptions): Worker {
  const built = fileURLToPath(new URL(`./${sibling}.js`, parentUrl));
  if (existsSync(built)) return new Worker(built, options);
  const source = pathToFileURL(built.replace(/\.js$/, ".ts")).href;
  const api = import.meta.resolve("tsx/esm/api"); // found from here, wherever the command is called
  const load = `import(${JSON.stringify(api)}).then(({ register }) => { register(); return import(${JSON.stringify(source)}); })`;
  return new Worker(load, { ...options, eval: true });
}
