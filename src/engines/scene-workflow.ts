/** A scene that is rendered in shards, and merged. */
import { DEFAULT_BLOCK } from "../../sim/dataset/render-dataset.js";
import { BYTES, SECONDS } from "../experiment/plan/cost.js";
import { invalid } from "../shared/errors.js";
import { describeSeconds, type Overrides, resourcesFor } from "./resources.js";
import type { Workflow } from "./workflow.js";

/** What is rendered, as `antbee render` is told. */
export interface SceneJob {
  /** The scene file, and its name. */
  scene: string;
  name: string;
  out: string;
  count: number;
  seed: number;
  start: number;
  /** As the user wrote them; the scene's own where left out. */
  passes?: string;
  /** As `antbee render` takes them: archives in place of class folders, and images that share a pair of them. */
  format?: string;
  block?: number;
  /** Shards; some of half an hour each where left out. */
  shards?: number;
}

/** A shard is to be long against its start, and short against what a requeue may lose. */
const SHARD_SECONDS = 1800;
const MOST_SHARDS = 1000;
/** Cores of a shard: a process a core, each with a GL context of its own. */
const CORES = 2;
const MEMORY_GIB = 4;
/** Records that a second merges, and bytes that its table takes for each while they are sorted (docs/scale.md). */
const MERGED_A_SECOND = 4000;
const MERGE_BYTES = 80;
const MERGE_MEMORY_GIB = 2;
/** Seconds that the merge waits for files that other machines wrote to be seen on its own. */
const VISIBLE_AFTER = 120;

/** @throws bad input for more shards than images */
export function sceneWorkflow(job: SceneJob, overrides: Overrides = {}): Workflow & { shards: number } {
  const { scene, name, out, count, shards = shardsFor(count, blockOf(job)) } = job;
  refuseIdleShards(job, shards);
  const cores = overrides.cores ?? CORES;
  const seconds = (SECONDS.render * count) / shards / cores;
  const bytes = BYTES.render * count;
  const render = renderArgs(job);
  return {
    name,
    shards,
    about: `Renders ${count} images of ${scene} in ${counted(shards, "shard")} into ${out}, then merges their annotations.`,
    folder: out,
    estimate: `Estimated: ${describeSeconds(seconds)} a shard on ${cores} cores, ${(bytes / 1e9).toFixed(2)} GB in all; asked for with a margin.`,
    stages: [
      {
        name: "render",
        about: `one of ${counted(shards, "shard")}`,
        ids: Array.from({ length: shards }, (_, i) => i + 1),
        after: [],
        afterSame: [],
        args: (id, given) => render(id, shards, given),
        resources: resourcesFor(seconds, { memoryGiB: MEMORY_GIB, cores: CORES }, overrides),
      },
      {
        name: "merge",
        about: "the annotations of all shards",
        ids: null,
        after: ["render"],
        afterSame: [],
        args: () => ["render", "--merge", "--out", out, "--wait", `${VISIBLE_AFTER}`],
        resources: resourcesFor(
          count / MERGED_A_SECOND,
          { memoryGiB: MERGE_MEMORY_GIB + Math.floor((count * MERGE_BYTES) / 2 ** 30), cores: 1 },
          overrides,
        ),
      },
    ],
    auto: (given) => render("auto", shards, given),
    autoWait: 0,
  };
}

const counted = (n: number, what: string): string => `${n} ${what}${n === 1 ? "" : "s"}`;

/** As many as make half an hour each. */
function shardsFor(count: number, block: number): number {
  const seconds = (SECONDS.render * count) / CORES;
  return Math.min(Math.ceil(count / block), MOST_SHARDS, Math.max(1, Math.ceil(seconds / SHARD_SECONDS)));
}

/** Images that are never shared out: those of a pair of archives. */
const blockOf = ({ format, block = DEFAULT_BLOCK }: SceneJob): number =>
  format === "webdataset" ? block : 1;

function refuseIdleShards(job: SceneJob, shards: number): void {
  const block = blockOf(job);
  const { start, count } = job;
  if (shards > count) throw invalid("--shards", `at most the ${count} images`, shards);
  const blocks = Math.floor((start + count - 1) / block) - Math.floor(start / block) + 1;
  if (shards > blocks)
    throw invalid("--shards", `at most the ${counted(blocks, "pair")} of archives`, shards);
}

function renderArgs({ scene, out, count, seed, start, passes, format, block }: SceneJob) {
  return (k: string, shards: number, workers: string): string[] => [
    "render",
    scene,
    ...["--count", `${count}`, "--seed", `${seed}`],
    ...(start ? ["--start", `${start}`] : []),
    ...(passes === undefined ? [] : ["--passes", passes]),
    ...(format === undefined ? [] : ["--format", format]),
    ...(block === undefined ? [] : ["--block", `${block}`]),
    ...["--out", out, "--shard", `${k}/${shards}`, "--workers", workers, "--resume"],
  ];
}
