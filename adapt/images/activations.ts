/**
 * The frozen-prefix cache: activations that enter a stage, computed once for each (parameters before the cut,
 * preprocessing, image, view), kept on disk, and shared by every arm, seed and schedule.
 */
import { failed } from "../../src/shared/errors.js";
import { readBytes, sha256 } from "../../src/shared/files.js";
import { chunk, groupBy } from "../../src/shared/group.js";
import { defaultWorkers } from "../../src/shared/pool.js";
import type { OnProgress, UnlabeledItem } from "../../src/shared/types.js";
import { borrowPool, idleWorkers } from "../../src/shared/warm-pool.js";
import type { Backbone } from "../backbones/load.js";
import { type BackendName, currentBackend } from "../backend/backend.js";
import { stageIndex } from "../layers/network.js";
import { cacheLimit, holdInCache, markUsed, trimCache } from "./activation-cache.js";
import {
  type Activation,
  activationPath,
  cutFolders,
  type Precision,
  readActivation,
  readActivationSync,
} from "./activation-files.js";
import { BATCH, openPrefix, type PrefixJob, type PrefixSpec } from "./prefix.js";
import type { PrefixTask } from "./prefix-worker.js";

/** The network whose beginning runs, and the file that worker processes read it from. */
export type PrefixSource = Pick<Backbone, "card" | "network" | "weights" | "path">;

export interface ActivationOptions {
  source: PrefixSource;
  /** The stage that the activations enter, such as "classifier" for pooled features. */
  cut: string;
  /** 0 is the evaluation view, 1 and up are training views. */
  views: readonly number[];
  cacheDir: string;
  /** How values are kept on disk; float32 where left out. */
  precision?: Precision;
  /** Bytes that the cache may hold; `cacheLimit()` where left out. What was used longest ago goes first. */
  limitBytes?: number;
  /** Processes; 1 computes in this one. */
  workers?: number;
  onProgress?: OnProgress;
}

export interface Activations {
  cut: string;
  views: readonly number[];
  /** Of one activation, without the batch axis. */
  shape: readonly number[];
  /** Activations that were computed now, and that were found. */
  computed: number;
  cached: number;
  /** The activation of an item's view. */
  get(id: string, view: number): Float32Array;
}

interface Wanted {
  id: string;
  path: string;
  view: number;
  sha256: string;
  file: string;
}

/** What is kept in memory; more is read from disk when it is asked for. */
const MEMORY_BYTES = 2 ** 30;
const FILES_AT_ONCE = 64;
/** Below so many activations, starting another process takes longer than it saves. */
const WORTH_A_PROCESS = 64;
const WORKER = "prefix-worker";

/**
 * The items' activations at a cut, from the cache or computed.
 * @throws bad input for a file that is no whole image, or a cut that is no stage
 */
export async function activations(
  items: readonly UnlabeledItem[],
  options: ActivationOptions,
): Promise<Activations> {
  const { source, cut, views, cacheDir, precision = "float32", limitBytes = cacheLimit() } = options;
  stageIndex(source.network, cut);
  const folder = cutFolders(source.card, source.network, source.weights).get(cut)!;
  const wanted = await list(items, views, (sha256, view) =>
    activationPath(cacheDir, folder, { sha256, view, precision }),
  );
  const store = openStore();
  const missing = await store.load(wanted.map((w) => w.file));
  await compute(jobsOf(wanted.filter((w) => missing.has(w.file))), options, folder);
  const [lost] = await store.load([...missing]);
  if (lost) throw failed(lost, "the activation was not written");
  holdInCache(wanted.map((w) => w.file));
  if (missing.size > 0) await trimCache(cacheDir, limitBytes);
  const files = new Map(wanted.map((w) => [keyOf(w.id, w.view), w.file]));
  return {
    cut,
    views,
    shape: store.shape(),
    computed: missing.size,
    cached: files.size - missing.size,
    get: (id, view) => {
      const file = files.get(keyOf(id, view));
      if (!file) throw new Error(`no activation of ${id}, view ${view}, was asked for`);
      return store.get(file);
    },
  };
}

const keyOf = (id: string, view: number) => `${view}:${id}`;

/** Reads an activation and marks its file as used now. */
async function readAndTouch(file: string): Promise<Activation | null> {
  const found = await readActivation(file);
  if (found) await markUsed(file);
  return found;
}

/** Activations by file: in memory as far as the budget goes, checked once in any case. */
function openStore() {
  const kept = new Map<string, Float32Array>();
  let bytes = 0;
  let shape: readonly number[] = [];
  return {
    shape: () => shape,
    get: (file: string) => kept.get(file) ?? readActivationSync(file)!.data,
    /** Takes in what is there and returns the files that are not, or are damaged. */
    load: async (files: readonly string[]): Promise<Set<string>> => {
      const missing = new Set<string>();
      const take = (file: string, activation: Activation | null) => {
        if (!activation) return missing.add(file);
        shape = activation.shape;
        bytes += activation.data.byteLength;
        if (bytes <= MEMORY_BYTES) kept.set(file, activation.data);
      };
      for (const some of chunk([...new Set(files)], FILES_AT_ONCE))
        for (const [i, found] of (await Promise.all(some.map(readAndTouch))).entries()) take(some[i]!, found);
      return missing;
    },
  };
}

async function list(
  items: readonly UnlabeledItem[],
  views: readonly number[],
  fileOf: (image: string, view: number) => string,
): Promise<Wanted[]> {
  const wanted: Wanted[] = [];
  for (const { id, path } of items) {
    const image = sha256(await readBytes(path));
    for (const view of views) wanted.push({ id, path, view, sha256: image, file: fileOf(image, view) });
  }
  return wanted;
}

/** One job an image, however many items share its bytes. */
function jobsOf(missing: readonly Wanted[]): PrefixJob[] {
  return groupBy(missing, (w) => w.sha256).map((same) => ({
    path: same[0]!.path,
    sha256: same[0]!.sha256,
    views: [...new Set(same.map((w) => w.view))],
  }));
}

async function compute(jobs: PrefixJob[], options: ActivationOptions, folder: string): Promise<void> {
  if (jobs.length === 0) return;
  const { source, cut, cacheDir, precision = "float32", workers = defaultWorkers() } = options;
  const backend: BackendName = await currentBackend();
  const backbone = source.card.name;
  const spec: PrefixSpec = { backend, backbone, weightsPath: source.path, cut, cacheDir, precision, folder };
  const total = count(jobs);
  // The native backend uses every core by itself.
  const processes = backend === "tensorflow" ? 1 : processesFor(total, workers);
  const runner = processes > 1 ? pooled(spec, processes) : await inProcess(spec);
  let done = 0;
  try {
    await Promise.all(
      tasksOf(jobs).map(async (task) => {
        await runner.run(task);
        done += count(task);
        options.onProgress?.(done, total);
      }),
    );
  } finally {
    await runner.close();
  }
}

/** As many as are worth their start, or as still stand ready from the call before. */
const processesFor = (total: number, workers: number): number =>
  Math.max(
    Math.min(workers, Math.floor(total / WORTH_A_PROCESS)),
    idleWorkers(import.meta.url, WORKER, workers),
  );

interface Runner {
  run(jobs: PrefixJob[]): Promise<void>;
  close(): Promise<void>;
}

function pooled(spec: PrefixSpec, processes: number): Runner {
  const pool = borrowPool<PrefixTask, void>(import.meta.url, WORKER, processes);
  return { run: (jobs) => pool.run({ spec, jobs }), close: () => pool.close() };
}

async function inProcess(spec: PrefixSpec): Promise<Runner> {
  const prefix = await openPrefix(spec);
  let last: Promise<void> = Promise.resolve();
  return {
    run: (jobs) => {
      last = last.then(() => prefix.compute(jobs)); // one after the other, for memory's sake
      return last;
    },
    close: async () => prefix.dispose(),
  };
}

/** Tasks of at most a batch, by whole images. */
function tasksOf(jobs: readonly PrefixJob[]): PrefixJob[][] {
  return chunk(jobs, Math.max(1, Math.floor(BATCH / jobs[0]!.views.length)));
}

const count = (jobs: readonly PrefixJob[]): number => jobs.reduce((sum, job) => sum + job.views.length, 0);
