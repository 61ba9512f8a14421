/** Child processes for work that one thread cannot share: native GL contexts, tensor backends. */
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { type Answer, resultOf } from "./answer.js";
import { failed } from "./errors.js";
import { LostWorker, startProcess, type WorkerProcess } from "./worker-process.js";

export { answerParent, LostWorker } from "./worker-process.js";

export interface Pool<Task, Result> {
  /** @throws what the task fails at; `LostWorker`; a failure where no process can be started */
  run(task: Task): Promise<Result>;
  /** Replaces every process by a fresh one once its task is done. */
  recycle(): Promise<void>;
  /** Whether no process was lost, and no task failed in a way that its module does not expect. */
  isSound(): boolean;
  /** Ends the processes, and the tasks that are not done. */
  close(): Promise<void>;
}

/** Processes to use when the user names no number: one a core. */
export const defaultWorkers = (): number => availableParallelism();

/** Starts in a row that were killed before the module was loaded. */
const MOST_KILLED_STARTS = 3;

/**
 * Opens a pool of processes that run a sibling module, which calls `answerParent`: `openPool(import.meta.url, "worker", 2)`.
 * Where some of them cannot be started the others do the work. One that is lost is replaced.
 */
export function openPool<Task, Result>(
  parentUrl: string,
  sibling: string,
  workers: number,
): Pool<Task, Result> {
  const pool = new ProcessPool<Task, Result>(siblingModule(parentUrl, sibling), sibling);
  for (let i = 0; i < workers; i++) pool.start();
  return {
    run: async (task) => resultOf(await pool.run(task)),
    recycle: () => pool.recycle(),
    isSound: () => pool.sound,
    close: () => pool.close(),
  };
}

interface Waiting<Task, Result> {
  task: Task;
  done(answer: Answer<Result>): void;
  fail(error: unknown): void;
}

class ProcessPool<Task, Result> {
  sound = true;
  private closed = false;
  /** Why no process is left. */
  private failure: unknown;
  private killedStarts = 0;
  private readonly waiting: Waiting<Task, Result>[] = [];
  private readonly processes = new Set<WorkerProcess<Task, Result>>();
  /** Those of them that have nothing to do, and those that end after their task. */
  private readonly idle = new Set<WorkerProcess<Task, Result>>();
  private readonly stale = new Set<WorkerProcess<Task, Result>>();

  constructor(
    private readonly script: string,
    private readonly name: string,
  ) {}

  start(): void {
    const process = startProcess<Task, Result>(this.script, this.name);
    this.processes.add(process);
    process.started.then(
      () => {
        this.killedStarts = 0;
        void process.ended.then(() => this.lost(process));
        this.free(process);
      },
      (error) => this.falseStart(process, error),
    );
  }

  run(task: Task): Promise<Answer<Result>> {
    return new Promise((done, fail) => {
      this.waiting.push({ task, done, fail });
      if (this.failure) this.refuseWaiting(this.failure);
      else this.assign();
    });
  }

  async recycle(): Promise<void> {
    for (const process of this.processes) if (!this.idle.has(process)) this.stale.add(process);
    await Promise.all([...this.idle].map((process) => this.replace(process)));
  }

  async close(): Promise<void> {
    this.closed = true;
    const processes = [...this.processes];
    this.processes.clear();
    this.idle.clear();
    this.refuseWaiting(failed(`${this.name} process`, "it was closed before its task was begun"));
    await Promise.all(processes.map((process) => process.end()));
  }

  private assign(): void {
    for (const process of this.idle) {
      const next = this.waiting.shift();
      if (!next) return;
      this.idle.delete(process);
      void this.work(process, next);
    }
  }

  private async work(process: WorkerProcess<Task, Result>, { task, done, fail }: Waiting<Task, Result>) {
    await process.ask(task).then(done, (error) => {
      this.sound = false;
      fail(error);
    });
    this.free(process);
  }

  /** It has nothing to do now, unless it was lost meanwhile. */
  private free(process: WorkerProcess<Task, Result>): void {
    if (!this.processes.has(process)) return;
    this.idle.add(process);
    if (this.stale.delete(process)) void this.replace(process);
    else this.assign();
  }

  private async replace(process: WorkerProcess<Task, Result>): Promise<void> {
    this.forget(process);
    await process.end();
    if (!this.closed) this.start();
  }

  private lost(process: WorkerProcess<Task, Result>): void {
    if (!this.forget(process)) return;
    this.sound = false;
    this.start();
  }

  private falseStart(process: WorkerProcess<Task, Result>, error: unknown): void {
    if (!this.forget(process)) return;
    this.sound = false;
    if (error instanceof LostWorker && ++this.killedStarts <= MOST_KILLED_STARTS) this.start();
    else if (this.processes.size === 0) {
      this.failure = error;
      this.refuseWaiting(error);
    }
  }

  /** @returns whether it was one of the pool's still */
  private forget(process: WorkerProcess<Task, Result>): boolean {
    this.idle.delete(process);
    this.stale.delete(process);
    return this.processes.delete(process);
  }

  private refuseWaiting(error: unknown): void {
    for (const { fail } of this.waiting.splice(0)) fail(error);
  }
}

function siblingModule(parentUrl: string, sibling: string): string {
  const built = fileURLToPath(new URL(`./${sibling}.js`, parentUrl));
  return existsSync(built) ? built : built.replace(/\.js$/, ".ts");
}
