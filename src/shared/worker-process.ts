/** One process of a pool: started, given a task at a time, ended. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import type { Socket } from "node:net";
import { type Answer, answering } from "./answer.js";
import { AntbeeError, explainSystemError, failed } from "./errors.js";

/** A process tells that it lives before it loads anything: at a machine's limits it may stand still for ever. */
const TELLS_LIFE = `data:text/javascript,process.send("alive")`;
const LONGEST_SILENCE_MS = 20_000;
/** Time to end by itself before it is made to. */
const LONGEST_END_MS = 1000;

/** What a process says: that it lives, that its module is loaded, an answer, or an error that its module does not expect. */
type Message<Result> =
  | "alive"
  | "ready"
  | { answer: Answer<Result> }
  | { error: { message: string; stack?: string } };

export interface WorkerProcess<Task, Result> {
  /** Answers once the module is loaded. @throws `LostWorker` where it was killed before, a failure where it cannot be */
  started: Promise<void>;
  /** Answers when the process has ended, for whatever reason. */
  ended: Promise<void>;
  /** Hands it a task, the one before being done. It keeps this process from ending until it answers. */
  ask(task: Task): Promise<Answer<Result>>;
  end(): Promise<void>;
}

/** Failures of a process that ended before its task was done: the task may be given to another. */
export class LostWorker extends AntbeeError {
  constructor(name: string) {
    super(`${name} process: it ended before its task was done (killed, crashed or out of memory)`, 1);
  }
}

/** Starts a module that calls `answerParent`. @param name for messages */
export function startProcess<Task, Result>(script: string, name: string): WorkerProcess<Task, Result> {
  const child = fork(script, {
    stdio: ["ignore", 2, "pipe", "ipc"], // what workers print is no result
    serialization: "advanced", // typed arrays cross as they are
    // From TypeScript sources a module is loaded through tsx.
    execArgv: [
      "--import",
      TELLS_LIFE,
      ...(script.endsWith(".ts") ? ["--import", import.meta.resolve("tsx")] : []),
    ],
  });
  const ended = endOf(child);
  const started = startOf(child, ended, name);
  started.then(() => idle(child)).catch(() => undefined);
  child.on("error", () => undefined); // told by `started`, or by the task that could not be sent
  return {
    started,
    ended,
    ask: async (task) => {
      busy(child);
      try {
        const message = await nextMessage<Result>(child, ended, task, name);
        if ("error" in message) throw Object.assign(new Error(message.error.message), message.error);
        return message.answer;
      } finally {
        idle(child);
      }
    },
    end: async () => {
      child.ref(); // else this process ends first, unsuccessful, where that takes long
      const late = setTimeout(() => child.kill("SIGKILL"), LONGEST_END_MS);
      child.kill();
      await ended;
      clearTimeout(late);
    },
  };
}

/** A process that could not be started has ended as well. */
const endOf = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", () => child.pid === undefined && resolve());
  });

/** What is said on the way is kept back: of a start that fails only the reason is shown. */
function startOf(child: ChildProcess, ended: Promise<void>, name: string): Promise<void> {
  let said = "";
  const keep = (chunk: Buffer) => {
    said += chunk;
  };
  child.stderr?.on("data", keep);
  return new Promise((resolve, reject) => {
    const giveUp = (why: string, cause?: unknown) =>
      reject(failed(`${name} process`, `it cannot be started: ${why}`, cause ?? new Error(said)));
    const late = setTimeout(() => {
      giveUp(`it stands still${AT_LIMITS}`);
      child.kill("SIGKILL");
    }, LONGEST_SILENCE_MS);
    child.once("error", (error) => giveUp(reasonOf(error), error));
    void ended.then(() => {
      clearTimeout(late);
      const { signalCode: signal, exitCode } = child;
      if (signal === "SIGKILL" || signal === "SIGTERM") reject(new LostWorker(name));
      else
        giveUp(
          signal ? `it ended at once by ${signal}${AT_LIMITS}` : `it ended at once with code ${exitCode}`,
        );
    });
    child.on("message", function hear(message: Message<unknown>) {
      clearTimeout(late);
      if (message !== "ready") return;
      child.off("message", hear);
      child.stderr!.off("data", keep).on("data", (chunk) => process.stderr.write(chunk));
      if (said) process.stderr.write(said);
      resolve();
    });
  });
}

const AT_LIMITS = ", as at the limit of processes (ulimit -u)";

const reasonOf = (error: Error): string => explainSystemError("", error).message.replace(/^: /, "");

async function nextMessage<Result>(child: ChildProcess, ended: Promise<void>, task: unknown, name: string) {
  const stop = new AbortController();
  const lost = ended.then(() => {
    throw new LostWorker(name);
  });
  try {
    const answer = once(child, "message", { signal: stop.signal });
    answer.catch(() => undefined); // stopped
    child.send(task as object, () => undefined); // where it cannot be sent the process has ended
    const [message] = await Promise.race([answer, lost]);
    return message as Exclude<Message<Result>, string>;
  } finally {
    stop.abort();
  }
}

/** Keeps this process from ending, or lets it. */
function busy(child: ChildProcess): void {
  child.ref();
  child.channel?.ref();
}

function idle(child: ChildProcess): void {
  child.unref();
  child.channel?.unref();
  (child.stderr as Socket | null)?.unref();
}

/** In the process: answers every task with what `work` makes of it, and ends with its parent. */
export function answerParent<Task, Result>(work: (task: Task) => Promise<Result>): void {
  const answer = answering(work);
  const send = (message: Message<Result>) => process.send?.(message, () => undefined);
  process.on("message", async (task: Task) => {
    const said = answer(task).then(
      (answer) => ({ answer }),
      (error: Error) => ({ error: { message: String(error?.message ?? error), stack: error?.stack } }),
    );
    send(await said);
  });
  // Without its parent it would race with the one that takes over.
  process.once("disconnect", () => process.exit(1));
  send("ready");
}
