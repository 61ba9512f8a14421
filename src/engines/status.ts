/** How far the units of a folder are, from nothing but the folder, whichever engine runs them. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type DatasetStatus, datasetStatus } from "../../sim/dataset/shard-status.js";
import { experimentStatus, UNIT_PLAN, type UnitStatus } from "../experiment/unit-plan.js";
import { describeSeconds } from "./resources.js";

/** A unit, by its number from 1. */
export type UnitLine = Pick<UnitStatus, "unit" | "number" | "state" | "detail">;

/** What is done, and what is left. */
export interface WorkStatus {
  dir: string;
  kind: "scene" | "experiment";
  total: number;
  done: number;
  running: number;
  failed: number;
  left: number;
  /** Images or units, done and in all, and how many a second are being done; null where that cannot be told. */
  progress: { of: "images" | "units"; done: number; total: number; perSecond: number | null };
  /** Seconds until the rest is done at that rate; null where nothing runs. */
  secondsLeft: number | null;
  units: UnitLine[];
}

/** @throws bad input where the folder holds neither a dataset in shards nor an experiment in units */
export async function workStatus(dir: string): Promise<WorkStatus> {
  return existsSync(join(dir, UNIT_PLAN))
    ? ofExperiment(dir, await experimentStatus(dir))
    : ofScene(await datasetStatus(dir));
}

function ofScene({ dir, plan, shards, imagesPerSecond: perSecond }: DatasetStatus): WorkStatus {
  const done = shards.reduce((sum, shard) => sum + shard.done, 0);
  const units = shards.map(({ k, images, done: now, state, detail }) => ({
    unit: `shard ${k}/${plan.shards}`,
    number: k,
    state,
    detail: [`${now} of ${images} images`, ...(detail ? [detail] : [])].join(", "),
  }));
  return {
    dir,
    kind: "scene",
    ...counted(units),
    progress: { of: "images", done, total: plan.count, perSecond },
    secondsLeft: perSecond ? (plan.count - done) / perSecond : null,
    units,
  };
}

function ofExperiment(dir: string, units: readonly UnitStatus[]): WorkStatus {
  const counts = counted(units);
  const seconds = units.flatMap((unit) => (unit.state === "done" && unit.seconds ? [unit.seconds] : []));
  const mean = seconds.reduce((sum, one) => sum + one, 0) / seconds.length;
  const perSecond = counts.running > 0 && seconds.length > 0 ? counts.running / mean : null;
  return {
    dir,
    kind: "experiment",
    ...counts,
    progress: { of: "units", done: counts.done, total: counts.total, perSecond },
    secondsLeft: perSecond ? (counts.total - counts.done) / perSecond : null,
    units: units.map(({ unit, number, state, detail }) => ({ unit, number, state, detail })),
  };
}

function counted(units: readonly UnitLine[]) {
  const of = (state: UnitLine["state"]) => units.filter((unit) => unit.state === state).length;
  return {
    total: units.length,
    done: of("done"),
    running: of("running"),
    failed: of("failed"),
    left: of("left"),
  };
}

/** Lines of units that are named; of those that are done there may be thousands. */
const MOST_LINES = 40;

/** For people. */
export function describeStatus(status: WorkStatus): string {
  const { dir, total, done, running, failed, left, progress, secondsLeft, units } = status;
  const open = units.filter(({ state }) => state !== "done");
  const shown = open.slice(0, MOST_LINES);
  const rate = progress.perSecond === null ? "" : `, ${rateOf(progress.perSecond, progress.of)}`;
  const rest = secondsLeft === null ? "" : `, about ${describeSeconds(secondsLeft)} left`;
  return [
    `${dir}: ${done} of ${total} units done, ${running} running, ${failed} failed, ${left} left`,
    `${progress.done} of ${progress.total} ${progress.of}${rate}${rest}`,
    ...shown.map(
      ({ number, unit, state, detail }) =>
        `  ${state.padEnd(7)} ${number}: ${unit}${detail ? `, ${detail}` : ""}`,
    ),
    ...(open.length > shown.length ? [`  and ${open.length - shown.length} more`] : []),
  ].join("\n");
}

const rateOf = (perSecond: number, of: string): string =>
  perSecond >= 0.1
    ? `${perSecond.toFixed(1)} ${of} a second`
    : `${(perSecond * 3600).toFixed(0)} ${of} an hour`;
