/** Hands a workflow's text to its engine. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { failed, invalid } from "../shared/errors.js";
import { writeAtomic } from "../shared/files.js";
import { SUBMISSIONS } from "../shared/units/submission-files.js";
import { kubernetesManifest } from "./kubernetes.js";
import { slurmScript } from "./slurm.js";
import { snakefile } from "./snakemake.js";
import type { Site, Workflow } from "./workflow.js";

interface Engine {
  text(workflow: Workflow, site: Site): string;
  /** Its program, and the arguments that take a file. */
  program: string;
  submit(file: string): [string, ...string[]];
}

/** The engines by name. */
export const ENGINES = {
  slurm: { text: slurmScript, program: "sbatch", submit: (file) => ["bash", file] },
  kubernetes: {
    text: kubernetesManifest,
    program: "kubectl",
    submit: (file) => ["kubectl", "apply", "--filename", file],
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
  throw invalid("--engine", `one of ${Object.keys(ENGINES).join(", ")}`, text);
}

/** @throws a failure where the engine's program is not on this machine */
export function checkEngine(engine: EngineName): void {
  const { program } = ENGINES[engine];
  if (spawnSync("sh", ["-c", `command -v ${program}`]).status === 0) return;
  throw failed("--go", `${engine} is not here (no ${program} on the PATH); without --go its text is printed`);
}

/** Keeps the text in the workflow's folder and submits it from there. @returns what the engine said */
export async function submit(engine: EngineName, { folder }: Workflow, text: string): Promise<string> {
  const file = join(folder, SUBMISSIONS[engine]);
  await writeAtomic(file, text);
  const [program, ...args] = ENGINES[engine].submit(file);
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: "utf8" });
  if (status === 0) return `${stdout}submitted from ${file}`;
  const said = (stderr || stdout || error?.message || "no word").trim().split("\n").at(-1);
  throw failed(file, `${engine} did not take it: ${said}`, error);
}
