/** Commands of others that an installation runs: each fails in a sentence, and ends with what waits for it. */
import { spawn } from "node:child_process";
import { failed } from "../../../src/shared/errors.js";

export interface CommandOptions {
  /** How a failure calls the command; its first two words where left out. */
  name?: string;
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Ends the command and all that it started. */
  signal?: AbortSignal;
  /** Shows what it prints, on standard error. */
  show?: boolean;
  /** Finds the sentence in what a failed command printed; its last line where left out. */
  explain?(printed: string): string;
}

/** Runs a command. @returns its standard output @throws a failure named after the command */
export async function runCommand(
  command: string,
  args: readonly string[],
  { name = nameOf(command, args), cwd, env, signal, show, explain = lastLine }: CommandOptions = {},
): Promise<string> {
  signal?.throwIfAborted();
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", show ? 2 : "pipe", "pipe"],
    detached: true, // a group of its own, which can be ended as a whole
  });
  const end = () => killGroup(child.pid);
  signal?.addEventListener("abort", end, { once: true });
  let [output, errors] = ["", ""];
  child.stdout?.on("data", (chunk) => {
    output += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    errors += chunk;
  });
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", resolve);
    });
    signal?.throwIfAborted();
    if (code !== 0) throw failed(name, explain(errors + output));
    return output;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") throw failed(command, "is not installed");
    throw error;
  } finally {
    signal?.removeEventListener("abort", end);
  }
}

/** Whether a command is there and ends well. */
export const works = (command: string, args: readonly string[]): Promise<boolean> =>
  runCommand(command, args).then(
    () => true,
    () => false,
  );

function killGroup(pid: number | undefined): void {
  try {
    if (pid) process.kill(-pid, "SIGTERM");
  } catch {
    // it has ended by itself
  }
}

const nameOf = (command: string, args: readonly string[]) => [command, ...args.slice(0, 1)].join(" ");

function lastLine(printed: string): string {
  if (/no space left/i.test(printed)) return "the disk is full";
  return printed.trim().split("\n").at(-1)?.trim() || "ended without a word";
}
