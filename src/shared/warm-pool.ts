/** Pools that stay open for a moment after their use: the next user of the same module finds its processes started. */
import { openPool, type Pool } from "./pool.js";

/** How long the processes of a pool that nobody uses live on. */
const IDLE_MS = 3000;

/** A module, and the folder that its processes were started in: there they look for relative paths. */
interface Place {
  module: string;
  folder: string;
}

interface Idle {
  place: Place;
  workers: number;
  pool: Pool<unknown, unknown>;
  end: NodeJS.Timeout;
}

const idle = new Set<Idle>();

/**
 * As `openPool`, or a pool of as many processes that was closed a moment ago. Closing it leaves its processes to the
 * next user for `idleMs` milliseconds, unless one was lost or still works. Meanwhile they keep no script from ending,
 * and end with it.
 */
export function borrowPool<Task, Result>(
  parentUrl: string,
  sibling: string,
  workers: number,
  idleMs = IDLE_MS,
): Pool<Task, Result> {
  const place = placeOf(parentUrl, sibling);
  const pool =
    (takeIdle(place, workers) as Pool<Task, Result> | undefined) ??
    openPool<Task, Result>(parentUrl, sibling, workers);
  let tasks = 0;
  return {
    ...pool,
    run: async (task) => {
      tasks++;
      try {
        return await pool.run(task);
      } finally {
        tasks--;
      }
    },
    close: async () => {
      if (tasks > 0 || !pool.isSound()) await pool.close();
      else leaveIdle({ place, workers, pool }, idleMs);
    },
  };
}

/** Processes of the largest pool that waits for its next user and has at most `most`; 0 where none waits. */
export function idleWorkers(parentUrl: string, sibling: string, most: number): number {
  const waiting = idleAt(placeOf(parentUrl, sibling)).map(({ workers }) => workers);
  return Math.max(0, ...waiting.filter((workers) => workers <= most));
}

const placeOf = (parentUrl: string, sibling: string): Place => ({
  module: new URL(sibling, parentUrl).href,
  folder: process.cwd(),
});

const idleAt = ({ module, folder }: Place): Idle[] =>
  [...idle].filter(({ place, pool }) => place.module === module && place.folder === folder && pool.isSound());

function takeIdle(place: Place, workers: number): Pool<unknown, unknown> | undefined {
  const found = idleAt(place).find((entry) => entry.workers === workers);
  if (!found) return undefined;
  clearTimeout(found.end);
  idle.delete(found);
  return found.pool;
}

function leaveIdle(left: Omit<Idle, "end">, idleMs: number): void {
  const end = setTimeout(() => {
    idle.delete(entry);
    void left.pool.close();
  }, idleMs);
  end.unref();
  const entry: Idle = { ...left, end };
  idle.add(entry);
}
