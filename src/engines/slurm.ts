/**
 * A workflow as a script for Slurm. Run by bash it submits one job array a stage, each dependent on those before it
 * (slurm.schedmd.com/job_array.html, sbatch --dependency); run by sbatch with a stage's name it is that stage's job.
 */
import { join, resolve } from "node:path";
import { invalid } from "../shared/errors.js";
import { LOG_FOLDER, SUBMISSIONS } from "../shared/units/submission-files.js";
import { type Resources, type Site, type Stage, shellQuote, type Workflow } from "./workflow.js";

/** Slurm's own limit for the numbers of an array (MaxArraySize) is 1001 where a site does not raise it. */
const MOST_ID = 1000;

/** @throws bad input for unit numbers that arrays cannot have */
export function slurmScript(workflow: Workflow, site: Site): string {
  const { name, about, folder, stages, estimate } = workflow;
  for (const { ids } of stages) checkIds(ids);
  const logs = join(resolve(site.cwd, folder), LOG_FOLDER);
  const main = stages.find(({ ids }) => ids)?.resources ?? stages[0]!.resources;
  return lines(
    "#!/bin/bash",
    `# ${about}`,
    `# Written by: ${site.command}`,
    "#",
    ...usage(workflow),
    "#",
    `# ${estimate}`,
    `#SBATCH --job-name=${name}`,
    ...flagsOf(main).map((flag) => `#SBATCH ${flag}`),
    "#SBATCH --requeue",
    "#SBATCH --open-mode=append",
    `#SBATCH --output=${directive(join(logs, "%x-%A_%a.log"))}`,
    "set -euo pipefail",
    'script=$(realpath "$0")',
    `cd ${shellQuote(site.cwd)}`,
    `antbee=(${site.antbee.map(shellQuote).join(" ")})`,
    "",
    "# The jobs themselves: a job is this script with the name of its stage. What is done is not done again.",
    `case "\${1:-submit}" in`,
    ...stages.flatMap(branch),
    "esac",
    "",
    "# Submitting: each array waits for those that it builds on, and is cancelled where they fail.",
    `mkdir -p ${shellQuote(logs)}`,
    ...SUBMIT,
    ...stages.flatMap((stage) => submission(name, stage)),
  );
}

function usage({ folder, stages }: Workflow): string[] {
  const array = stages.find(({ ids }) => ids);
  const some = array?.ids?.slice(0, 2).join(",");
  const file = SUBMISSIONS.slurm;
  const rows = [
    [`bash ${file}`, "submits everything"],
    ...(array
      ? [[`sbatch --array=${some} ${file} ${array.name}`, "submits some units of a stage again"]]
      : []),
    [`antbee status ${shellQuote(folder)}`, "how far they are"],
  ] as [string, string][];
  const width = Math.max(...rows.map(([line]) => line.length));
  return rows.map(([line, what]) => `#   ${line.padEnd(width)}   ${what}`);
}

function checkIds(ids: Stage["ids"]): void {
  const over = ids?.find((id) => id > MOST_ID);
  if (over !== undefined) throw invalid("--engine slurm", `numbers up to ${MOST_ID} in an array`, over);
}

function branch({ name, about, args }: Stage): string[] {
  return [
    `  ${name}) # ${about}`,
    `    exec "\${antbee[@]}" ${args("auto", CORES).map(inScript).join(" ")}`,
    "    ;;",
  ];
}

/** The cores that a job was given, as Slurm tells it. */
const CORES = "$SLURM_CPUS_PER_TASK";
const inScript = (text: string): string => (text === CORES ? `"${text}"` : shellQuote(text));

function submission(workflow: string, { name, about, ids, after, afterSame, resources }: Stage): string[] {
  const on = [
    ...after.filter((one) => !afterSame.includes(one)).map((one) => `afterok:\${job[${one}]}`),
    ...afterSame.map((one) => `aftercorr:\${job[${one}]}`),
  ];
  const flags = [
    `--job-name=${workflow}-${name}`,
    ...flagsOf(resources),
    ...(ids ? [`--array=${ranges(ids)}`] : []),
    ...(on.length ? [`--dependency="${on.join(",")}"`, "--kill-on-invalid-dep=yes"] : []),
  ];
  return [`submit ${name} ${shellQuote(about)} ${flags.join(" ")}`];
}

/** Half a workflow would run without its end, and beside the next try: what is queued is cancelled where the rest is refused. */
const SUBMIT = `declare -A job
submit() { # a stage, what it does, and flags of sbatch
  local id
  id=$(sbatch --parsable "\${@:3}" "$script" "$1") || withdraw
  job[$1]=$id
  echo "$1: job $id, $2"
}
withdraw() { # sbatch refused a stage
  [ \${#job[@]} -eq 0 ] && exit 1
  if scancel "\${job[@]}"; then
    echo "cancelled what was queued before: \${job[*]}" >&2
  else
    echo "still queued: \${job[*]}; this cancels it: scancel \${job[*]}" >&2
  fi
  exit 1
}`.split("\n");

const flagsOf = ({ minutes, memoryGiB, cores }: Resources): string[] => [
  `--time=${timeOf(minutes)}`,
  `--mem=${memoryGiB}G`,
  `--cpus-per-task=${cores}`,
];

/** Days-hours:minutes:seconds. */
export function timeOf(minutes: number): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const [days, hours] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60)];
  return `${days ? `${days}-` : ""}${two(hours)}:${two(minutes % 60)}:00`;
}

/** 0,1,2,3,7 as 0-3,7. */
export function ranges(ids: readonly number[]): string {
  const groups: [number, number][] = [];
  for (const id of ids.toSorted((a, b) => a - b)) {
    const last = groups.at(-1);
    if (last && last[1] + 1 === id) last[1] = id;
    else groups.push([id, id]);
  }
  return groups.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(",");
}

const directive = (text: string): string => (/\s/.test(text) ? `"${text}"` : text);
const lines = (...all: string[]): string => `${all.join("\n")}\n`;
