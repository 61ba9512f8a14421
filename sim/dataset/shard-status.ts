/** How far the shards of a folder came, from nothing but the folder. */
import { join } from "node:path";
import { invalid, note } from "../../src/shared/errors.js";
import { readUnitStates, type UnitState } from "../../src/shared/units/unit-state.js";
import { type DatasetManifest, datasetManifest, SCENE_FILE } from "./manifest.js";
import type { RecordPlaces } from "./record-places.js";
import { recordPlaces } from "./records.js";
import { ownerOf, shardName } from "./shard.js";
import { readShardPlan, type ShardPlan } from "./shard-plan.js";

/** A shard is done when all its images stand, whatever its process said. */
export interface ShardStatus {
  /** From 1. */
  k: number;
  images: number;
  done: number;
  state: "done" | "running" | "failed" | "left";
  /** Why it failed, where it runs, or nothing. */
  detail?: string;
}

/** The shards of a rendered folder. */
export interface DatasetStatus {
  dir: string;
  plan: ShardPlan;
  shards: ShardStatus[];
  /** Of the shards that run now; null where none does. */
  imagesPerSecond: number | null;
  /** The command that renders a shard, or goes on with it. */
  commandFor(k: number): string;
}

/** @throws bad input where the folder is no rendered dataset, or was not rendered in shards */
export async function datasetStatus(dir: string): Promise<DatasetStatus> {
  const manifest = await datasetManifest(dir);
  const plan = await readShardPlan(dir);
  if (!plan) throw invalid(dir, "a dataset that is rendered in shards (--shard)", note("no shards.json"));
  return statusOf(dir, manifest, plan, await recordPlaces(dir));
}

/** The same of records that were found already. */
export async function statusOf(
  dir: string,
  manifest: DatasetManifest,
  plan: ShardPlan,
  places: RecordPlaces,
): Promise<DatasetStatus> {
  const { block } = manifest;
  const done = countDone(plan, places, block);
  const sizes = shardSizes(plan, block);
  const states = await readUnitStates(dir);
  const shards = done.map((found, i) => {
    const images = sizes[i]!;
    return { k: i + 1, images, done: found, ...stateOf(found >= images, states.get(unitOf(i + 1, plan))) };
  });
  const running = shards.filter(({ state }) => state === "running");
  const rates = running.map(({ k, done: now }) => rateOf(now, states.get(unitOf(k, plan))!));
  return {
    dir,
    plan,
    shards,
    imagesPerSecond: running.length ? rates.reduce((sum, rate) => sum + rate, 0) : null,
    commandFor: (k) => shardCommand(dir, manifest, plan, k),
  };
}

/** The name under which a shard tells of itself. */
export const unitOf = (k: number, { shards }: Pick<ShardPlan, "shards">): string =>
  `shard-${shardName({ k, n: shards })}`;

function countDone(plan: ShardPlan, places: RecordPlaces, block?: number): number[] {
  const done = new Array<number>(plan.shards).fill(0);
  for (const { index } of places)
    if (index >= plan.start && index < plan.start + plan.count)
      done[ownerOf(index, plan.shards, block) - 1]!++;
  return done;
}

/** Images of each shard, counted without listing them. */
function shardSizes({ start, count, shards: n }: ShardPlan, block = 1): number[] {
  const sizes = new Array<number>(n).fill(0);
  const end = start + count;
  for (let at = start; at < end; ) {
    const next = Math.min(end, (Math.floor(at / block) + 1) * block);
    sizes[ownerOf(at, n, block) - 1]! += next - at;
    at = next;
  }
  return sizes;
}

function stateOf(isWhole: boolean, said: UnitState | undefined): Pick<ShardStatus, "state" | "detail"> {
  if (isWhole) return { state: "done" };
  if (said?.state === "running" && !said.lost) return { state: "running", detail: `on ${placeOf(said)}` };
  if (said?.lost) return { state: "failed", detail: `no sign of it on ${placeOf(said)}` };
  return said?.state === "failed" ? { state: "failed", detail: said.error } : { state: "left" };
}

const placeOf = ({ host, job }: UnitState): string => (job ? `${host}, job ${job}` : host);

function rateOf(done: number, { before = 0, started }: UnitState): number {
  return (done - before) / Math.max(1, (Date.now() - Date.parse(started)) / 1000);
}

function shardCommand(
  dir: string,
  { seed, passes, block }: DatasetManifest,
  plan: ShardPlan,
  k: number,
): string {
  const { start, count, shards } = plan;
  return [
    `antbee render ${join(dir, SCENE_FILE)} --count ${count}`,
    ...(start ? [`--start ${start}`] : []),
    ...(block ? [`--format webdataset --block ${block}`] : []),
    `--seed ${seed} --passes ${passes.join(",")} --out ${dir} --shard ${k}/${shards} --resume`,
  ].join(" ");
}

/** A sentence on the shards that are not done and how to make the first of them; undefined where all are. */
export function describeMissing({ shards, plan, commandFor }: DatasetStatus): string | undefined {
  const missing = shards.filter(({ state }) => state !== "done");
  if (missing.length === 0) return undefined;
  const running = missing.filter(({ state }) => state === "running");
  const idle = missing.filter(({ state }) => state !== "running");
  const parts = [
    ...(running.length ? [`${named(running, plan)} still running`] : []),
    ...(idle.length ? [`${named(idle, plan)} missing; ${commandFor(idle[0]!.k)}`] : []),
  ];
  return parts.join(", ");
}

/** Names that fit a sentence. */
const MOST_NAMED = 8;

function named(shards: readonly ShardStatus[], { shards: n }: ShardPlan): string {
  const shown = shards.slice(0, MOST_NAMED).map(({ k }) => k);
  const more = shards.length > shown.length ? ` and ${shards.length - shown.length} more` : "";
  const word = shards.length === 1 ? "shard" : "shards";
  return `${word} ${shown.join(", ")}${more} of ${n} ${shards.length === 1 ? "is" : "are"}`;
}
