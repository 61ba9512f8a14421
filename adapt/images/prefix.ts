/** Computes activations that enter a layer: the frozen beginning of a network, run over images. */
import { setImmediate as turn } from "node:timers/promises";
import * as tf from "@tensorflow/tfjs-core";
import { chunk, groupBy } from "../../src/shared/group.js";
import { decodeImage, networkInput } from "../../src/shared/image.js";
import { type Network, parametersOf, stagesOf } from "../layers/network.js";
import { type Params, sizeOf, toParams } from "../layers/parameters.js";
import {
  type Activation,
  activationPath,
  type EmbeddingNetwork,
  earlierStages,
  type Precision,
  readActivation,
} from "./activation-files.js";
import type { Augmentation } from "./augmentation.js";

/** An image file and the views of it whose activations are wanted. */
export interface PrefixJob {
  path: string;
  sha256: string;
  views: number[];
}

export interface PrefixOptions {
  layer: string;
  augmentation: Augmentation;
  /** Where activations at earlier layers may be cached. */
  cache?: { dir: string; precision: Precision; folders: ReadonlyMap<string, string> };
}

/** Takes an activation of an image's view as soon as it is computed. */
export type KeepActivation = (job: PrefixJob, view: number, activation: Activation) => void | Promise<void>;

export interface Prefix {
  /** Reads and decodes what `run` begins with. */
  load(jobs: readonly PrefixJob[]): Promise<Start[]>;
  /** Gives other work its turn between the stages, so that the next images can be decoded meanwhile. */
  run(starts: readonly Start[], keep: KeepActivation): Promise<void>;
  dispose(): void;
}

/** Activations that run together; the time for each hardly falls beyond it. */
export const BATCH = 16;

/** Where a computation begins: at an activation cached earlier in the network, or at the network's input. */
export interface Start {
  stage: string;
  activation: Activation;
  job: PrefixJob;
  view: number;
}

/** What does not change from job to job. */
type Setting = EmbeddingNetwork & PrefixOptions;

/** Takes the parameters before the layer in; `dispose` lets them go. */
export function openPrefix(network: EmbeddingNetwork, options: PrefixOptions): Prefix {
  const setting = { ...network, ...options };
  const params = toParams(network.weights, parametersOf(network.network, { to: options.layer }));
  return {
    load: async (jobs) => (await Promise.all(jobs.map((job) => startsOf(job, setting)))).flat(),
    run: async (starts, keep) => {
      for (const group of groupBy(starts, (s) => s.stage))
        for (const batch of chunk(group, BATCH)) await run(batch, params, setting, keep);
    },
    dispose: () => tf.dispose(Object.values(params)),
  };
}

async function startsOf(job: PrefixJob, setting: Setting): Promise<Start[]> {
  const starts: Start[] = [];
  const undecoded: number[] = [];
  for (const view of job.views) {
    const cached = nearestCached(job, view, setting);
    if (cached) starts.push(cached);
    else undecoded.push(view);
  }
  if (undecoded.length > 0) starts.push(...(await fromPixels(job, undecoded, setting)));
  return starts;
}

async function fromPixels(job: PrefixJob, views: number[], setting: Setting): Promise<Start[]> {
  const { card, network, augmentation } = setting;
  const { preprocessing } = card;
  const image = await decodeImage(job.path);
  const shape = [preprocessing.size, preprocessing.size, 3];
  return Promise.all(
    views.map(async (view) => {
      const data = await networkInput(image, preprocessing, view, augmentation.view);
      return { stage: network[0]!.name, activation: { shape, data }, job, view };
    }),
  );
}

function nearestCached(job: PrefixJob, view: number, setting: Setting): Start | null {
  const { cache, network, layer } = setting;
  if (!cache) return null;
  const image = { sha256: job.sha256, view, precision: cache.precision };
  for (const stage of earlierStages(network, layer)) {
    const activation = readActivation(activationPath(cache.dir, cache.folders.get(stage)!, image));
    if (activation) return { stage, activation, job, view };
  }
  return null;
}

async function run(
  starts: readonly Start[],
  params: Params,
  { network, layer }: Setting,
  keep: KeepActivation,
): Promise<void> {
  const { stage, activation } = starts[0]!;
  const { shape } = activation;
  const batch = new Float32Array(starts.length * sizeOf(shape));
  starts.forEach((start, i) => {
    batch.set(start.activation.data, i * sizeOf(shape));
  });
  const span = { from: stage, to: layer };
  const output = await inTurns(stagesOf(network, span), params, tf.tensor(batch, [starts.length, ...shape]));
  const values = (await output.data()) as Float32Array;
  const outputShape = output.shape.slice(1);
  output.dispose();
  const size = sizeOf(outputShape);
  await Promise.all(
    starts.map(({ job, view }, i) =>
      keep(job, view, { shape: outputShape, data: values.subarray(i * size, (i + 1) * size) }),
    ),
  );
}

/** The stages' output; `x` is disposed of, whatever happens. */
async function inTurns(stages: Network, params: Params, x: tf.Tensor): Promise<tf.Tensor> {
  let current = x;
  for (const { run } of stages) {
    const input = current;
    try {
      current = tf.tidy(() => run(params, input).clone()); // a stage may hand its input on
    } finally {
      input.dispose();
    }
    await turn();
  }
  return current;
}
