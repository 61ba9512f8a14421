/** Commands as processes that are killed, and what they leave, compared. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { sha256 } from "../../src/shared/files.js";

const CHECKOUT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const MAIN = join(CHECKOUT, "src", "cli", "main.ts");

/** Starts the command in a group of its own, so that a kill takes its workers along. */
export function start(args: readonly string[], env: Record<string, string> = {}): ChildProcess {
  return spawn(process.execPath, ["--import", import.meta.resolve("tsx"), MAIN, ...args], {
    cwd: CHECKOUT,
    env: { ...process.env, ...env },
    detached: true,
    stdio: ["ignore", "ignore", "pipe"],
  });
}

export function ended(child: ChildProcess): Promise<{ code: number | null; stderr: string }> {
  let stderr = "";
  child.stderr!.on("data", (chunk) => {
    stderr += chunk;
  });
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, stderr })));
}

/** Kills the command alone, or its whole group, after so long, unless it was done before. */
export async function killedAfter(child: ChildProcess, ms: number, whom: "one" | "group"): Promise<void> {
  const done = ended(child);
  const late = setTimeout(() => {
    try {
      process.kill(whom === "one" ? child.pid! : -child.pid!, "SIGKILL");
    } catch {
      // It ended in this very moment.
    }
  }, ms);
  await done;
  clearTimeout(late);
}

/** Ids of the processes of that name that run in such an environment: other tests start theirs at the same time. */
export function processes(name: string, env: Readonly<Record<string, string>>): string[] {
  const marks = Object.entries(env).map(([key, value]) => `${key}=${value}`);
  return named(name).filter((id) => {
    const found = environmentOf(id);
    return marks.every((mark) => found.includes(mark));
  });
}

function named(name: string): string[] {
  try {
    return execFileSync("pgrep", ["-x", name], { encoding: "utf8" }).trim().split("\n");
  } catch {
    return []; // pgrep's answer where there is none
  }
}

function environmentOf(id: string): string[] {
  try {
    return readFileSync(`/proc/${id}/environ`, "utf8").split("\0");
  } catch {
    return []; // it ended in this very moment
  }
}

/** Hash of every file below the folder by its path; how long something took, and in which order, is no difference. */
export async function fingerprint(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const found: Record<string, string> = {};
  for (const path of files.sort())
    found[relative(folder, path)] = sha256(timeless(path, await readFile(path)));
  return found;
}

function timeless(path: string, bytes: Buffer): Buffer | string {
  if (path.endsWith("run.json"))
    return String(bytes)
      .replace(/"seconds": [\d.e-]+/, "")
      .replace(/"self": "\w+"/, "");
  if (/records\/.*\.jsonl$/.test(path)) return String(bytes).split("\n").sort().join("\n");
  // A kill between the ledger's line and the labels opens them again, for the same configuration.
  if (path.endsWith("ledger.jsonl"))
    return [
      ...new Set(
        String(bytes)
          .replace(/"when":"[^"]*"/g, "")
          .split("\n"),
      ),
    ].join("\n");
  return bytes;
}
