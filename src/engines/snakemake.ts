/** A workflow as a Snakefile (snakemake.readthedocs.io): a rule a stage, a wildcard for its units' numbers. */
import { join } from "node:path";
import { invalid } from "../shared/errors.js";
import { SUBMISSIONS } from "../shared/units/submission-files.js";
import { UNIT_FOLDER } from "../shared/units/unit-state.js";
import { identifiers } from "./short-names.js";
import { type Site, type Stage, shellQuote, type Workflow } from "./workflow.js";

/** @throws bad input for a folder in whose files Snakemake would see wildcards */
export function snakefile(workflow: Workflow, site: Site): string {
  const { about, estimate, stages, folder } = workflow;
  if (/[{}]/.test(folder)) throw invalid("--out", "a path without braces, Snakemake's wildcards", folder);
  const names = identifiers(stages.map(({ name }) => name));
  const file = SUBMISSIONS.snakemake;
  const marks = join(folder, UNIT_FOLDER, "snakemake");
  const last = stages.at(-1)!;
  return [
    `# ${about}`,
    `# Written by: ${site.command}`,
    "#",
    `#   snakemake --snakefile ${file} --cores all                              on this machine`,
    `#   snakemake --snakefile ${file} --executor slurm --jobs 100              on a cluster (executor plugins)`,
    `#   snakemake --snakefile ${file} --cores all --rerun-incomplete           after it was ended`,
    "#",
    `# ${estimate}`,
    `workdir: ${python(site.cwd)}`,
    "",
    `ANTBEE = ${python(literal(site.antbee.map(shellQuote).join(" ")))}`,
    `MARKS = ${python(marks)} # one empty file a finished unit`,
    "",
    "localrules: all",
    "",
    "rule all:",
    `    input: ${markOf(last, null)}`,
    ...stages.flatMap((stage) => rule(stage, names.get(stage.name)!, stages)),
    "",
  ].join("\n");
}

function rule(stage: Stage, identifier: string, stages: readonly Stage[]): string[] {
  const { about, after, afterSame, args, resources } = stage;
  const before = after.map((one) => stages.find((other) => other.name === one)!);
  const inputs = before.map((other) => markOf(other, afterSame.includes(other.name) ? "{id}" : "all"));
  const words = args(ID, THREADS).map(commandWord);
  return [
    "",
    `rule ${identifier}: # ${about}`,
    ...(inputs.length ? [`    input: ${inputs.join(", ")}`] : []),
    `    output: touch(${markOf(stage, "{id}")})`,
    `    threads: ${resources.cores}`,
    `    resources: runtime=${resources.minutes}, mem_mb=${resources.memoryGiB * 1024}`,
    `    shell: ANTBEE + ${python(` ${words.join(" ")}`)}`,
  ];
}

/** The file that says that a unit is done; of all units of a stage, or of the one of a wildcard's number. */
function markOf({ name, ids }: Stage, id: "{id}" | "all" | null): string {
  if (!ids) return `MARKS + ${python(`/${name}.done`)}`;
  const pattern = `MARKS + ${python(`/${name}/{id}.done`)}`;
  return id === "{id}" ? pattern : `expand(${pattern}, id=[${ids.join(", ")}])`;
}

/** Where Snakemake puts what it knows into a command; no word of a user's has these characters. */
const [ID, THREADS] = ["\uE000", "\uE001"];
const KNOWN: Record<string, string> = { [ID]: "{wildcards.id}", [THREADS]: "{threads}" };

/** A word of a command, in a text that Snakemake formats. */
const commandWord = (word: string): string =>
  word
    .split(/([\uE000\uE001])/)
    .filter((part) => part !== "")
    .map((part) => KNOWN[part] ?? literal(shellQuote(part)))
    .join("");

/** Braces that are to stay, in a text that Python formats. */
const literal = (text: string): string => text.replace(/[{}]/g, "$&$&");

/** Strings of JSON are strings of Python. */
const python = (text: string): string => JSON.stringify(text);
