/** Runs a command as a process of its own and watches what it takes. */
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

export interface Measured<Result> {
  seconds: number;
  /** Of the processor, by the process and all that it started, also what it did not wait for. */
  cpuSeconds: number;
  /** Largest sum of resident memory over the process and its children, sampled; null where /proc is not there. */
  peakBytes: number | null;
  /** The last line of its standard output, as JSON. */
  result: Result;
}

const SAMPLE_MS = 50;
const PAGE = 4096;
/** Of the processor's clock a second. */
const TICKS = 100;

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
  const seen = new Map<number, number>();
  const timer = setInterval(() => {
    for (const [pid, used] of processorSeconds(child.pid!)) seen.set(pid, used);
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
  const sampled = [...seen.values()].reduce((sum, used) => sum + used, 0);
  return {
    seconds,
    cpuSeconds: Math.max(cpuSeconds, sampled),
    peakBytes: peak,
    result: JSON.parse(output.trim().split("\n").at(-1)!) as Result,
  };
}

/** Resident memory of a process and all below it; 0 where there is no /proc. */
export function residentBytes(root: number): number {
  return [...below(root).keys()].reduce((sum, pid) => sum + rss(pid), 0);
}

/** By each process below and with `root`, so far. */
function processorSeconds(root: number): [pid: number, seconds: number][] {
  return [...below(root)].map(([pid, stat]) => [pid, (Number(stat[11]) + Number(stat[12])) / TICKS]);
}

/** A process and all below it, with what /proc tells of each from its state on. */
function below(root: number): Map<number, string[]> {
  const all = new Map<number, string[]>();
  for (const name of entries("/proc")) {
    const stat = read(`/proc/${name}/stat`);
    if (stat) all.set(Number(name), stat.slice(stat.lastIndexOf(")") + 2).split(" "));
  }
  const descends = (pid: number): boolean =>
    pid === root || (all.has(pid) && descends(Number(all.get(pid)![1])));
  return new Map([...all].filter(([pid]) => descends(pid)));
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
