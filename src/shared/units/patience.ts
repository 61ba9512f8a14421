/**
 * Waiting for what other machines wrote: on a network file system a file can take up to a minute to be seen elsewhere,
 * and a handle may go stale (ESTALE) while its file is replaced.
 */
import { setTimeout as sleep } from "node:timers/promises";

const LOOK_EVERY_MS = 2000;

/**
 * Asks `look` until it answers, for at most `seconds`; asks at least once.
 * @returns the answer, or undefined where time ran out
 */
export async function patiently<Answer>(
  seconds: number,
  look: () => Promise<Answer | undefined>,
  everyMs = LOOK_EVERY_MS,
): Promise<Answer | undefined> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const answer = await unlessStale(look);
    const left = end - performance.now();
    if (answer !== undefined || left <= 0) return answer;
    await sleep(Math.min(everyMs, left));
  }
}

/** A stale handle is no answer: the file is there under a new one. @throws any other error */
async function unlessStale<Answer>(look: () => Promise<Answer | undefined>): Promise<Answer | undefined> {
  try {
    return await look();
  } catch (error) {
    if (!isStale(error)) throw error;
    return undefined;
  }
}

/** Reads of a file that is being replaced, before the failure is believed. */
const STALE_TRIES = 3;

/** Reads again where a network file system has lost the file's handle: by its path there is a new one. */
export async function whileStale<Result>(read: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries++)
    try {
      return await read();
    } catch (error) {
      if (!isStale(error) || tries >= STALE_TRIES) throw error;
    }
}

/** As `whileStale`. */
export function whileStaleSync<Result>(read: () => Result): Result {
  for (let tries = 1; ; tries++)
    try {
      return read();
    } catch (error) {
      if (!isStale(error) || tries >= STALE_TRIES) throw error;
    }
}

/** Whether a network file system has lost the file's handle, in the error itself or in what caused it. */
export function isStale(error: unknown): boolean {
  const { code, cause } = (error ?? {}) as NodeJS.ErrnoException;
  return code === "ESTALE" || (cause !== undefined && isStale(cause));
}
