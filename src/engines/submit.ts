/** Hands a workflow's text to its engine. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { failed, unknownName } from "../shared/errors.js";
import { writeAtomic } from "../shared/files.js";
import { SUBMISSIONS } from "../shared/units/submission-files.js";
import { kubernetesManifest } from "./kubernetes.js";
import { slurmScript } from "./slurm.js";
import { snakefile } from "./snakemake.js";
import type { Site, Workflow } from "./workflow.js";

interface Engine {
  text(workflow: Workflow, site: Site): string;
  /** Its program, and the command that takes a file, or the text on standard input. */
  program: string;
  submit(file: string): [string, ...string[]];
  /** Whether paths are those of a volume, which this machine may not see: nothing is written here. */
  onVolume?: boolean;
}

/** The engines by name. */
export const ENGINES = {
  slurm: { text: slurmScript, program: "sbatch", submit: (file) => ["bash", file] },
  kubernetes: {
    text: kubernetesManifest,
    program: "kubectl",
    submit: () => ["kubectl", "apply", "--filename", "-"],
    onVolume: true,
  },
  snakemake: {
    text: snakefile,
    program: "snakemake",
    submit: (file) => ["snakemake", "--snakefile", file, "--cores", "all"],
  },
} satisfies Record<keyof typeof SUBMISSIONS, Engine>;
export type EngineName = keyof typeof ENGINES;

/** @throws bad input for another name */
export function engineName(text: string | undefined): EngineName {
  if (text !== undefined && Object.hasOwn(ENGINES, text)) return text as EngineName;
  throw unknownName("--engine", Object.keys(ENGINES), text);
}

/** @throws a failure where the engine's program is not on this machine */
export function checkEngine(engine: EngineName): void {
  const { program } = ENGINES[engine];
  if (spawnSync("/bin/sh", ["-c", `command -v ${program}`]).status === 0) return;
  throw failed("--go", `${engine} is not here (no ${program} on the PATH); without --go its text is printed`);
}

/** Whether a workflow's folder can be marked from this machine. */
export const isLocal = (engine: EngineName): boolean => !(ENGINES[engine] as Engine).onVolume;

/** Submits a text, kept in the workflow's folder where that is here. @returns what the engine said */
export async function submit(engine: EngineName, { folder }: Workflow, text: string): Promise<string> {
  const file = join(folder, SUBMISSIONS[engine]);
  if (isLocal(engine)) await writeAtomic(file, text);
  const [program, ...args] = ENGINES[engine].submit(file);
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: "utf8",
    input: text,
    maxBuffer: Number.POSITIVE_INFINITY,
    stdio: ["pipe", "pipe", engine === "snakemake" ? "inherit" : "pipe"], // it works as long as the workflow does
  });
  if (status === 0) return `${stdout}${isLocal(engine) ? `submitted from ${file}` : ""}`.trimEnd();
  const said = stderr?.trim() || error?.message || "no word";
  const before = stdout?.trim() && `; before that: ${oneLine(stdout)}`;
  throw failed("--go", `${engine} did not take it: ${oneLine(said)}${before}`, error);
}

/** The last of what a program said, in a line: what it did and what it refused. */
const MOST_LINES = 5;
const oneLine = (text: string): string => text.trim().split("\n").slice(-MOST_LINES).join("; ");
