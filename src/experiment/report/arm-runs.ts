/** Finished runs as they stand on disk, in the order of a report. */
import { describe, invalid, note } from "../../shared/errors.js";
import { canonicalJson } from "../../shared/files.js";
import { checkEvidence } from "../store/run-files.js";
import { configKey, findRuns, type RunRecord, readConfig, readRun } from "../store/store.js";

/** A finished run, as it stands on disk. */
export interface Run {
  folder: string;
  record: RunRecord;
  /** Hash of the target's images; undefined for a run that kept none. */
  targetHash: string | undefined;
}

/** An arm's runs, by seed. */
export interface ArmRuns {
  /** Its name in the report. */
  name: string;
  runs: [Run, ...Run[]];
}

/** The finished runs at or below `paths`, arm by arm. @throws bad input for runs that no report can hold together */
export async function openArms(paths: readonly string[]): Promise<ArmRuns[]> {
  const folders = [...new Set((await Promise.all(paths.map(findRuns))).flat())];
  const runs: Run[] = [];
  for (const folder of folders) runs.push(await openRun(folder));
  refuseMixed(runs);
  return groupByArm(runs);
}

async function openRun(folder: string): Promise<Run> {
  const record = await readRun(folder);
  await checkEvidence(folder, record);
  const config = await readConfig(folder);
  checkConfig(folder, record, config);
  return { folder, record, targetHash: config.target?.sha256 };
}

/** A record says of its run what its configuration does. */
function checkConfig(
  folder: string,
  record: RunRecord,
  config: Awaited<ReturnType<typeof readConfig>>,
): void {
  const { key, ...rest } = config;
  const { track, k } = rest.lineage.at(-1)!;
  const { dataset, kind } = rest.target ?? {};
  const said: [what: string, record: unknown, config: unknown][] = [
    ["key", record.key, key],
    ["key", configKey(rest), key],
    ["experiment", record.experiment, rest.experiment],
    ["arm", record.arm, rest.arm],
    ["seed", record.seed, rest.seed],
    ["track", record.track, track ?? record.track],
    ["k", record.k, track ? (k ?? null) : record.k],
    ["target.dataset", record.target.dataset, dataset ?? record.target.dataset],
    ["target.kind", record.target.kind, kind ?? record.target.kind],
  ];
  for (const [what, found, expected] of said)
    if (found !== expected)
      throw invalid(`${folder}: ${what}`, `what the run was configured with, ${describe(expected)}`, found);
}

/** Names of the experiments, in the order given. */
export const experimentsOf = (runs: readonly Run[]) => [...new Set(runs.map((run) => run.record.experiment))];

/**
 * The images must be the same everywhere, backbone and backend within an experiment: between them either may be the
 * question.
 */
function refuseMixed(runs: readonly Run[]): void {
  refuseDifferent(runs, "target");
  refuseOtherImages(runs);
  for (const name of experimentsOf(runs))
    for (const part of ["backbone", "backend"] as const)
      refuseDifferent(
        runs.filter((run) => run.record.experiment === name),
        part,
      );
}

/** Images of the same names are not the same images. */
function refuseOtherImages(runs: readonly Run[]): void {
  const [first, ...others] = runs.filter((run) => run.targetHash !== undefined);
  const odd = others.find((run) => run.targetHash !== first!.targetHash);
  if (odd)
    throw invalid(
      odd.folder,
      `the target's images of ${first!.folder} (sha256 ${first!.targetHash})`,
      note(`others (sha256 ${odd.targetHash})`),
    );
}

function refuseDifferent(runs: readonly Run[], part: "target" | "backbone" | "backend"): void {
  const first = canonicalJson(runs[0]!.record[part]);
  const odd = runs.find((run) => canonicalJson(run.record[part]) !== first);
  if (odd)
    throw invalid(
      odd.folder,
      `the ${part} of the other runs, ${first}`,
      note(canonicalJson(odd.record[part])),
    );
}

/** Experiments in the order given, their arms in their own order, runs by seed. */
function groupByArm(runs: readonly Run[]): ArmRuns[] {
  const experiments = experimentsOf(runs);
  const place = ({ experiment, position }: RunRecord) => 1e6 * experiments.indexOf(experiment) + position;
  const ordered = runs.toSorted((a, b) => place(a.record) - place(b.record) || a.record.seed - b.record.seed);
  const groups = new Map<string, ArmRuns>();
  for (const run of ordered) {
    const { experiment, arm } = run.record;
    const name = experiments.length > 1 ? `${experiment}/${arm}` : arm;
    const group = groups.get(name);
    if (group) group.runs.push(run);
    else groups.set(name, { name, runs: [run] });
  }
  return [...groups.values()];
}
