/**
 * What a unit of work says of itself while it runs: one small file a unit, that nobody else writes. A unit is a shard of
 * renders, an arm with a seed, or whatever else an engine starts as a process of its own, on any machine of a site.
 */
import { statSync } from "node:fs";
import { utimes } from "node:fs/promises";
import { hostname } from "node:os";
import { join, relative, sep } from "node:path";
import { z } from "zod";
import { sentenceOf } from "../errors.js";
import { writeJson } from "../files.js";
import { filesBelow } from "../folders.js";
import { readCheckedJson } from "../schema.js";

const unitState = z.looseObject({
  state: z.enum(["running", "done", "failed"]),
  host: z.string(),
  pid: z.int(),
  /** The engine's own number of the job, where it has one. */
  job: z.string().optional(),
  started: z.iso.datetime(),
  seconds: z.number().optional(),
  /** Why it failed, in a sentence. */
  error: z.string().optional(),
  /** What stood there already when the unit began, in its own measure, such as images. */
  before: z.number().optional(),
});
export type UnitState = z.output<typeof unitState> & {
  /** A unit that is said to run and gave no sign for a while was killed, or its machine was lost. */
  lost: boolean;
  /** Seconds since it said anything. */
  silent: number;
};

/** How often a running unit gives a sign, and after how many seconds without one it counts as lost. */
const SIGN_EVERY_MS = 15_000;
const LOST_AFTER = 90;
/** Seconds in which an engine starts a unit again that failed or was lost; Kubernetes takes its time from try to try. */
const TRIED_AGAIN_WITHIN = 600;

/** Whether nothing more is to be hoped for from a unit: it failed, or was lost, and was not started again. */
export const isGivenUp = ({ state, lost, silent }: UnitState): boolean =>
  (state === "failed" || lost) && silent > TRIED_AGAIN_WITHIN;

const FOLDER = "units";
const ENDING = ".json";
const fileOf = (folder: string, unit: string): string => join(folder, FOLDER, `${unit}${ENDING}`);

/** Names that units put into a folder before anything else may stand there. */
export const UNIT_FOLDER = FOLDER;

/**
 * Does a unit's work, and keeps `FOLDER/units/<unit>.json` beside it: running, then done or failed.
 * @param unit a name, with slashes for folders
 */
export async function trackUnit<Result>(
  folder: string,
  unit: string,
  work: () => Promise<Result>,
  before?: number,
): Promise<Result> {
  const file = fileOf(folder, unit);
  const began = performance.now();
  const common = {
    host: hostname(),
    pid: process.pid,
    job: jobOf(process.env),
    started: new Date().toISOString(),
    before,
  };
  const say = (state: UnitState["state"], error?: string) =>
    writeJson(file, { state, ...common, seconds: (performance.now() - began) / 1000, error });
  await say("running");
  const signs = setInterval(() => giveSign(file), SIGN_EVERY_MS);
  signs.unref();
  try {
    const result = await work();
    await say("done");
    return result;
  } catch (error) {
    await say("failed", sentenceOf(error)).catch(() => undefined); // what failed is told in its own words
    throw error;
  } finally {
    clearInterval(signs);
  }
}

/** A file's time of change says when its unit last gave a sign. */
function giveSign(file: string): void {
  const now = new Date();
  utimes(file, now, now).catch(() => undefined);
}

/** The engine's number of this job, such as 17_3 for the third task of Slurm's array 17. */
function jobOf(env: NodeJS.ProcessEnv): string | undefined {
  const { SLURM_ARRAY_JOB_ID: array, SLURM_ARRAY_TASK_ID: task, SLURM_JOB_ID: job } = env;
  return array ? `${array}_${task}` : job;
}

/** What the units of a folder said last, by their names. */
export async function readUnitStates(folder: string): Promise<Map<string, UnitState>> {
  const root = join(folder, FOLDER);
  const states = new Map<string, UnitState>();
  for (const { parentPath, name } of await filesBelow(root)) {
    if (!name.endsWith(ENDING)) continue;
    const path = join(parentPath, name);
    const state = await readCheckedJson(unitState, path);
    const silent = (Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0)) / 1000;
    const unit = relative(root, path).slice(0, -ENDING.length).split(sep).join("/");
    states.set(unit, { ...state, lost: state.state === "running" && silent > LOST_AFTER, silent });
  }
  return states;
}
