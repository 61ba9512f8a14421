/** A scene that is rendered in shards, and merged. */
import { COST } from "../experiment/plan/cost.js";
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
  /** Shards; some of half an hour each where left out. */
  shards?: number;
}

/** A shard is to be long against its start, and short against what a requeue may lose. */
const SHARD_SECONDS = 1800;
const MOST_SHARDS = 1000;
/** Cores of a shard: a process a core, each with a GL context of its own. */
const CORES = 2;
const MEMORY_GIB = 4;
/** Records that a second merges, and what it needs whatever their number. */
const MERGED_A_SECOND = 5000;
const MERGE_MEMORY_GIB = 2;
/** Seconds that the merge waits for files that other machines wrote to be seen on its own. */
const VISIBLE_AFTER = 120;

/** @throws bad input for more shards than images */
export function sceneWorkflow(job: SceneJob, overrides: Overrides = {}): Workflow & { shards: number } {
  const { scene, name, out, count, shards = shardsFor(count) } = job;
  if (shards > count) throw invalid("--shards", `at most the ${count} images`, shards);
  const cores = overrides.cores ?? CORES;
  const seconds = (COST.seconds.render * count) / shards / cores;
  const bytes = COST.bytes.render * count;
  const render = renderArgs(job);
  return {
    name,
    shards,
    about: `Renders ${count} images of ${scene} in ${shards} shards into ${out}, then merges their annotations.`,
    folder: out,
    estimate: `Estimated: ${describeSeconds(seconds)} a shard on ${cores} cores, ${(bytes / 1e9).toFixed(2)} GB in all; asked for with a margin.`,
    stages: [
      {
        name: "render",
        about: `one of ${shards} shards`,
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
        resources: resourcesFor(count / MERGED_A_SECOND, { memoryGiB: MERGE_MEMORY_GIB, cores: 1 }),
      },
    ],
    auto: (given) => render("auto", shards, given),
  };
}

/** As many as make half an hour each. */
function shardsFor(count: number): number {
  const seconds = (COST.seconds.render * count) / CORES;
  return Math.min(count, MOST_SHARDS, Math.max(1, Math.ceil(seconds / SHARD_SECONDS)));
}

function renderArgs({ scene, out, count, seed, start, passes }: SceneJob) {
  return (k: string, shards: number, workers: string): string[] => [
    "render",
    scene,
    ...["--count", `${count}`, "--seed", `${seed}`],
    ...(start ? ["--start", `${start}`] : []),
    ...(passes === undefined ? [] : ["--passes", passes]),
    ...["--out", out, "--shard", `${k}/${shards}`, "--workers", workers, "--resume"],
  ];
}
