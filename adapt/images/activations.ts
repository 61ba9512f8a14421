/**
 * The frozen-prefix cache: activations that enter a stage, computed once for each (parameters before it, preprocessing,
 * image, view), kept on disk, and shared by every arm, seed and schedule.
 */
import { setImmediate as turn } from "node:timers/promises";
import { failed } from "../../src/shared/errors.js";
import { readBytes, sha256 } from "../../src/shared/files.js";
import { chunk, groupBy } from "../../src/shared/group.js";
import { defaultWorkers } from "../../src/shared/pool.js";
import type { OnProgress, UnlabeledItem } from "../../src/shared/types.js";
import { borrowPool, idleWorkers } from "../../src/shared/warm-pool.js";
import { identityOf, referenceOf } from "../backbones/definition.js";
import type { Model } from "../backbones/model.js";
import { currentBackend } from "../backend/backend.js";
import { nativeEngine } from "../backend/native/load.js";
import { type Network, stageIndex, stagesOf } from "../layers/network.js";
import { cacheLimit, holdInCache, markUsed, trimCache } from "./activation-cache.js";
import {
  type Activation,
  activationPath,
  layerFolders,
  type Precision,
  readActivation,
  readWholeActivation,
  writeActivation,
} from "./activation-files.js";
import { type Augmentation, randomResizedCrop } from "./augmentation.js";
import { augmentationReference } from "./augmentation-reference.js";
import { BATCH, type KeepActivation, openPrefix, type PrefixJob } from "./prefix.js";
import { prefixFile } from "./prefix-file.js";
import type { PrefixTask } from "./prefix-worker.js";

/** Where activations are kept between uses, and how they are computed. */
export interface ActivationCache {
  dir: string;
  /** How values are kept on disk; float32 where left out. */
  precision?: Precision;
  /** Bytes that the cache may hold; `cacheLimit()` where left out. What was used longest ago goes first. */
  limitBytes?: number;
  /** Processes; one a core where left out, 1 computes in this one. */
  workers?: number;
}

/** Which activations are wanted: of which network, at which layer, of which views. */
export interface ActivationOptions {
  network: Pick<Model, "definition" | "card" | "network" | "weights" | "pretrained">;
  /** The stage that the activations enter, such as "classifier" for pooled features. */
  layer: string;
  /** 0 is the evaluation view, 1 and up are training views. */
  views: readonly number[];
  /** How training views are made; `randomResizedCrop` where left out. */
  augmentation?: Augmentation;
  /** Null keeps nothing on disk. */
  cache: ActivationCache | null;
  onProgress?: OnProgress;
}

/** Activations of a set of images at one layer. */
export interface Activations {
  layer: string;
  views: readonly number[];
  /** Names the network before the layer and the augmentation; none where they are not known. */
  key?: string;
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
/** TensorFlow shares an operation among threads as well: processes of one thread each gain a third, and start slowly. */
const WORTH_A_NATIVE_PROCESS = 400;
const WORKER = "prefix-worker";

/**
 * The items' activations that enter a layer, from the cache or computed.
 * @throws bad input for a file that is no whole image, or a layer that is no stage
 */
export async function activations(
  items: readonly UnlabeledItem[],
  options: ActivationOptions,
): Promise<Activations> {
  stageIndex(options.network.network, options.layer);
  await currentBackend(); // which the names of cached files depend on
  // Networks that do not say what they were built with could be taken for one another on disk.
  const cache = identityOf(options.network.definition) ? options.cache : null;
  return cache ? cachedActivations(items, { ...options, cache }) : freshActivations(items, options);
}

async function cachedActivations(
  items: readonly UnlabeledItem[],
  options: ActivationOptions & { cache: ActivationCache },
): Promise<Activations> {
  const { network, layer, views, cache, augmentation = randomResizedCrop() } = options;
  const { dir, precision = "float32", limitBytes = cacheLimit() } = cache;
  const folders = layerFolders(network, augmentation);
  const fileOf = (image: string, view: number) =>
    activationPath(dir, folders.get(layer)!, { sha256: image, view, precision });
  const wanted = await list(items, views, fileOf);
  const store = openStore();
  const missing = await store.load(wanted.map((w) => w.file));
  const jobs = jobsOf(wanted.filter((w) => missing.has(w.file)));
  await compute(jobs, { ...options, augmentation, fileOf, folders });
  const [lost] = await store.load([...missing]);
  if (lost) throw failed(lost, "the activation was not written");
  holdInCache(wanted.map((w) => w.file));
  if (missing.size > 0) await trimCache(dir, limitBytes);
  const computed = missing.size;
  const files = new Map(wanted.map((w) => [keyOf(w.id, w.view), w.file]));
  const get = (id: string, view: number) => store.get(found(files, id, view));
  return {
    layer,
    views,
    key: folders.get(layer)!,
    shape: store.shape(),
    computed,
    cached: files.size - computed,
    get,
  };
}

/** Without a cache: computed in this process, and kept in memory. */
async function freshActivations(
  items: readonly UnlabeledItem[],
  { network, layer, views, augmentation = randomResizedCrop(), onProgress }: ActivationOptions,
): Promise<Activations> {
  const wanted = await list(items, views, (image, view) => keyOf(image, view));
  const jobs = jobsOf(wanted);
  const known = new Map<string, Activation>();
  const prefix = openPrefix(network, { layer, augmentation });
  try {
    for (const task of tasksOf(jobs)) {
      await prefix.run(await prefix.load(task), ({ sha256 }, view, activation) => {
        known.set(keyOf(sha256, view), { ...activation, data: activation.data.slice() });
      });
      onProgress?.(known.size, count(jobs));
    }
  } finally {
    prefix.dispose();
  }
  const keys = new Map(wanted.map((w) => [keyOf(w.id, w.view), w.file]));
  const shape = known.values().next().value?.shape ?? [];
  const get = (id: string, view: number) => known.get(found(keys, id, view))!.data;
  const key = layerFolders(network, augmentation).get(layer)!;
  return { layer, views, key, shape, computed: known.size, cached: 0, get };
}

function found(places: ReadonlyMap<string, string>, id: string, view: number): string {
  const place = places.get(keyOf(id, view));
  if (!place) throw new Error(`no activation of ${id}, view ${view}, was asked for`);
  return place;
}

const keyOf = (id: string, view: number) => `${view}:${id}`;

/**
 * Reads an activation and marks its file as used now. At once rather than in turns: a file is small, and opening it through
 * the thread pool takes five times as long as reading it.
 */
function readAndTouch(file: string): Activation | null {
  const found = readActivation(file);
  if (found) markUsed(file);
  return found;
}

/** Activations by file: in memory as far as the budget goes, checked once in any case. */
function openStore() {
  const kept = new Map<string, Float32Array>();
  let bytes = 0;
  let shape: readonly number[] = [];
  return {
    shape: () => shape,
    get: (file: string) => kept.get(file) ?? readWholeActivation(file)!.data,
    /** Takes in what is there and returns the files that are not, or are damaged. */
    load: async (files: readonly string[]): Promise<Set<string>> => {
      const missing = new Set<string>();
      const take = (file: string, activation: Activation | null) => {
        if (!activation) return missing.add(file);
        shape = activation.shape;
        bytes += activation.data.byteLength;
        if (bytes <= MEMORY_BYTES) kept.set(file, activation.data);
      };
      for (const some of chunk([...new Set(files)], FILES_AT_ONCE)) {
        for (const file of some) take(file, readAndTouch(file));
        await turn(); // signals and timers have theirs
      }
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

/** What computes into the cache. */
type Computing = ActivationOptions & {
  cache: ActivationCache;
  augmentation: Augmentation;
  folders: ReadonlyMap<string, string>;
  fileOf(image: string, view: number): string;
};

async function compute(jobs: PrefixJob[], options: Computing): Promise<void> {
  if (jobs.length === 0) return;
  const total = count(jobs);
  const runner = (await pooled(options, total)) ?? inProcess(options);
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

interface Runner {
  run(jobs: PrefixJob[]): Promise<void>;
  close(): Promise<void>;
}

/** Worker processes, where they are worth their start and can find the network and the augmentation. */
async function pooled(options: Computing, total: number): Promise<Runner | null> {
  const { network, layer, cache, folders } = options;
  const backend = await currentBackend();
  const processes = processesFor(
    total,
    isOneDevice(backend) ? 1 : (cache.workers ?? defaultWorkers()),
    backend,
  );
  const definition = referenceOf(network.definition);
  const augmentation = augmentationReference(options.augmentation);
  if (processes <= 1 || !definition || !augmentation || hasInserted(network.network, layer)) return null;
  const weightsPath = await prefixFile(network, layer);
  const { dir: cacheDir, precision = "float32" } = cache;
  const folder = folders.get(layer)!;
  const threads = Math.max(1, Math.floor(defaultWorkers() / processes));
  const spec = {
    backend,
    threads,
    definition,
    weightsPath,
    layer,
    augmentation,
    cacheDir,
    precision,
    folder,
  };
  const pool = borrowPool<PrefixTask, void>(import.meta.url, WORKER, processes);
  return { run: (jobs) => pool.run({ spec, jobs }), close: () => pool.close() };
}

/** Processes would only wait for one another where they share a device. */
const isOneDevice = (backend: string): boolean =>
  backend === "webgpu" || (backend === "tensorflow" && nativeEngine().gpu);

/** As many as are worth their start, or as still stand ready from the call before. */
function processesFor(total: number, workers: number, backend: string): number {
  const worth = backend === "tensorflow" ? WORTH_A_NATIVE_PROCESS : WORTH_A_PROCESS;
  return Math.max(
    Math.min(workers, Math.floor(total / worth)),
    idleWorkers(import.meta.url, WORKER, workers),
  );
}

const hasInserted = (network: Network, layer: string): boolean =>
  stagesOf(network, { to: layer }).some((stage) => stage.inserted);

function inProcess({ network, layer, augmentation, cache, folders, fileOf }: Computing): Runner {
  const { dir, precision = "float32" } = cache;
  const prefix = openPrefix(network, { layer, augmentation, cache: { dir, precision, folders } });
  const write: KeepActivation = ({ sha256 }, view, activation) =>
    writeActivation(fileOf(sha256, view), activation);
  // For memory's sake one runs after the other, and one is decoded while the one before it runs.
  let begun: Promise<unknown> = Promise.resolve();
  let last: Promise<void> = Promise.resolve();
  return {
    run: (jobs) => {
      const before = last;
      const loaded = begun.then(() => prefix.load(jobs));
      // What was loaded and found damaged fails after the one before it is kept.
      const ready = Promise.allSettled([before, loaded]).then(async () => {
        await before;
        return loaded;
      });
      begun = ready;
      last = ready.then((starts) => prefix.run(starts, write));
      return last;
    },
    close: async () => prefix.dispose(),
  };
}

/** Tasks of at most a batch, by whole images. */
function tasksOf(jobs: readonly PrefixJob[]): PrefixJob[][] {
  return chunk(jobs, Math.max(1, Math.floor(BATCH / (jobs[0]?.views.length ?? 1))));
}

const count = (jobs: readonly PrefixJob[]): number => jobs.reduce((sum, job) => sum + job.views.length, 0);
