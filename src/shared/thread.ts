/** Threads for work that shares memory with this one. */
import { existsSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Worker, type WorkerOptions } from "node:worker_threads";

/**
 * Starts a sibling module in a thread: `openThread(import.meta.url, "worker", data)`. It finds `data` as `workerData`.
 * From TypeScript sources the module is loaded through tsx, from the build as it is.
 */
export function openThread(parentUrl: string, sibling: string, options: WorkerOptions): Worker {
  const built = fileURLToPath(new URL(`./${sibling}.js`, parentUrl));
  if (existsSync(built)) return new Worker(built, options);
  const source = pathToFileURL(built.replace(/\.js$/, ".ts")).href;
  const load = `import("tsx/esm/api").then(({ register }) => { register(); return import(${JSON.stringify(source)}); })`;
  return new Worker(load, { ...options, eval: true });
}
