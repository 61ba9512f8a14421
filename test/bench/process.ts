/** Runs a command as a process of its own and watches what it takes. */
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

export interface Measured<Result> {
  seconds: number;
  /** Of the processor, by the process and all that it waited for. */
  cpuSeconds: number;
  /** Largest sum of resident memory over the process and its children, sampled; null where /proc is not there. */
  peakBytes: number | null;
  /** The last line of its standard output, as JSON. */
  result: Result;
}

const SAMPLE_MS = 50;
const PAGE = 4096;

/** Bash tells the processor time of a command and its children, on a standard error that is bash's alone. */
const TIMED = ["-c", 'TIMEFORMAT="%U %S"; time "$@" 2>&3', "bash"];

/** @throws where the command ends with another code than 0 */
export async function measure<Result>(
  command: string,
  args: string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Measured<Result>> {
  const started = performance.now();
  const child = spawn("bash", [...TIMED, command, ...args], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe", 2],
  });
  let output = "";
  let times = "";
  child.stdout!.on("data", (chunk) => {
    output += chunk;
  });
  child.stderr!.on("data", (chunk) => {
    times += chunk;
  });
  let peak: number | null = null;
  const timer = setInterval(() => {
    peak = Math.max(peak ?? 0, residentBytes(child.pid!)) || null;
  }, SAMPLE_MS);
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  clearInterval(timer);
  const seconds = (performance.now() - started) / 1000;
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${code}`);
  const cpuSeconds = times
    .trim()
    .split(" ")
    .reduce((sum, part) => sum + Number(part), 0);
  return {
    seconds,
    cpuSeconds,
    peakBytes: peak,
    result: JSON.parse(output.trim().split("\n").at(-1)!) as Result,
  };
}

/** Resident memory of a process and all below it; 0 where there is no /proc. */
export function residentBytes(root: number): number {
  const parents = new Map<number, number>();
  for (const name of entries("/proc")) {
    const stat = read(`/proc/${name}/stat`);
    if (stat) parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]));
  }
  const below = (pid: number): boolean => pid === root || (parents.has(pid) && below(parents.get(pid)!));
  return [...parents.keys()].filter(below).reduce((sum, pid) => sum + rss(pid), 0);
}

const rss = (pid: number): number => Number(read(`/proc/${pid}/statm`)?.split(" ")[1] ?? 0) * PAGE;

function entries(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined; // the process has ended
  }
}
