/**
 * A Slurm of one node on the loopback, without systemd and without touching the machine's own configuration: munged,
 * slurmctld and slurmd with their files in a temporary folder. Every call has a time limit.
 */
import { type ChildProcess, execFile, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, openSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { availableParallelism, hostname, tmpdir, totalmem } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

const PROGRAMS = ["munged", "slurmctld", "slurmd", "sbatch", "scontrol", "squeue", "srun"];

/** Why there can be no cluster here; null where there can. */
export function whyNoSlurm(): string | null {
  if (process.getuid?.() !== 0) return "a Slurm of one's own needs root";
  const missing = PROGRAMS.filter((name) => spawnSync("sh", ["-c", `command -v ${name}`]).status !== 0);
  return missing.length ? `${missing.join(", ")} not installed (Debian: slurm-wlm, munge)` : null;
}

export interface SlurmCluster {
  /** For commands that speak to it. */
  env: Record<string, string>;
  /** Runs a client of Slurm's; its output. */
  client(program: string, ...args: string[]): Promise<string>;
  /** Waits until no job is left, or something else is true of the queue's lines. */
  waitFor(what: (queue: string[]) => boolean | Promise<boolean>, seconds: number): Promise<void>;
  stop(): Promise<void>;
}

const run = promisify(execFile);
const CLIENT_MS = 20_000;

export async function startSlurm(): Promise<SlurmCluster> {
  const folder = await mkdtemp(join(tmpdir(), "antbee-slurm-"));
  await chmod(folder, 0o755);
  const daemons: ChildProcess[] = [];
  const stop = async () => {
    for (const daemon of daemons.toReversed()) await ended(daemon);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const conf = await configure(folder);
    const env = { SLURM_CONF: conf, PATH: `${await wrapped(folder, conf)}${delimiter}${process.env.PATH}` };
    const daemon = (name: string, ...args: string[]) => {
      const log = openSync(join(folder, `${name}.out`), "a");
      daemons.push(spawn(name, args, { env: { ...process.env, ...env }, stdio: ["ignore", log, log] }));
    };
    daemon("munged", "--foreground", "--force", ...(await mungeFiles(folder)));
    await until(() => existsSync(join(folder, "munge.socket")), 20, "munged", folder);
    daemon("slurmctld", "-D", "-f", conf);
    daemon("slurmd", "-D", "-f", conf, "-N", NODE);
    const client = async (program: string, ...args: string[]) => {
      const { stdout } = await run(program, args, { env: { ...process.env, ...env }, timeout: CLIENT_MS });
      return stdout;
    };
    await until(
      async () => /idle/.test(await client("sinfo", "-h", "-o", "%t").catch(() => "")),
      60,
      "slurmd",
      folder,
    );
    const queue = async () =>
      (await client("squeue", "-h", "-r", "-o", "%A %i %T %j %r")).split("\n").filter(Boolean);
    const waitFor: SlurmCluster["waitFor"] = (what, seconds) =>
      until(
        async () => what(await queue()),
        seconds,
        "the queue",
        folder,
        async () => (await queue()).join("\n"),
      );
    return { env, client, waitFor, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const NODE = "antbee0";

async function configure(folder: string): Promise<string> {
  for (const name of ["state", "spool"]) await mkdir(join(folder, name));
  const conf = join(folder, "slurm.conf");
  const lines = [
    "ClusterName=antbee",
    `SlurmctldHost=${hostname()}(127.0.0.1)`,
    `SlurmctldPort=${await freePort()}`,
    `SlurmdPort=${await freePort()}`,
    "SlurmUser=root",
    "SlurmdUser=root",
    "AuthType=auth/munge",
    "CredType=cred/munge",
    `AuthInfo=socket=${join(folder, "munge.socket")}`,
    `StateSaveLocation=${join(folder, "state")}`,
    `SlurmdSpoolDir=${join(folder, "spool")}`,
    `SlurmctldPidFile=${join(folder, "slurmctld.pid")}`,
    `SlurmdPidFile=${join(folder, "slurmd.pid")}`,
    `SlurmctldLogFile=${join(folder, "slurmctld.log")}`,
    `SlurmdLogFile=${join(folder, "slurmd.log")}`,
    "ProctrackType=proctrack/linuxproc",
    "TaskPlugin=task/none",
    "JobAcctGatherType=jobacct_gather/none",
    "SelectType=select/cons_tres",
    "SelectTypeParameters=CR_Core",
    "ReturnToService=2",
    "MpiDefault=none",
    "SchedulerParameters=sched_interval=5,bf_interval=5",
    "MinJobAge=600",
    "KillWait=5",
    `NodeName=${NODE} NodeHostname=${hostname()} NodeAddr=127.0.0.1 CPUs=${availableParallelism()} RealMemory=${Math.floor(totalmem() / 2 ** 20)} State=UNKNOWN`,
    `PartitionName=main Nodes=${NODE} Default=YES MaxTime=INFINITE State=UP OverSubscribe=YES`,
  ];
  await writeFile(conf, `${lines.join("\n")}\n`);
  await writeFile(join(folder, "cgroup.conf"), "CgroupPlugin=cgroup/v1\n");
  return conf;
}

/** A folder with an `srun` that knows the cluster: programs that start job steps may have emptied their environment. */
async function wrapped(folder: string, conf: string): Promise<string> {
  const bin = join(folder, "bin");
  const { stdout } = await run("sh", ["-c", "command -v srun"]);
  await mkdir(bin);
  const script = `#!/bin/sh\nSLURM_CONF='${conf}' exec ${stdout.trim()} "$@"\n`;
  await writeFile(join(bin, "srun"), script, { mode: 0o755 });
  return bin;
}

async function mungeFiles(folder: string): Promise<string[]> {
  const key = join(folder, "munge.key");
  await writeFile(key, randomBytes(1024), { mode: 0o400 });
  return [
    `--key-file=${key}`,
    `--socket=${join(folder, "munge.socket")}`,
    `--pid-file=${join(folder, "munge.pid")}`,
    `--log-file=${join(folder, "munge.log")}`,
    `--seed-file=${join(folder, "munge.seed")}`,
  ];
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve((address as { port: number }).port));
    });
  });
}

async function ended(daemon: ChildProcess): Promise<void> {
  if (daemon.exitCode !== null || daemon.signalCode !== null) return;
  const gone = new Promise((resolve) => daemon.once("close", resolve));
  daemon.kill("SIGTERM");
  const late = setTimeout(() => daemon.kill("SIGKILL"), 10_000);
  await gone;
  clearTimeout(late);
}

async function until(
  what: () => boolean | Promise<boolean>,
  seconds: number,
  name: string,
  folder: string,
  more: () => Promise<string> = async () => "",
): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    if (await what()) return;
    await sleep(500);
  }
  const logs = ["munged.out", "slurmctld.log", "slurmd.log"].map((log) => lastOf(join(folder, log)));
  throw new Error(`${name}: not in ${seconds} s\n${await more()}\n${(await Promise.all(logs)).join("\n")}`);
}

const lastOf = async (path: string): Promise<string> =>
  `${path}:\n${(await readFile(path, "utf8").catch(() => "")).split("\n").slice(-12).join("\n")}`;
