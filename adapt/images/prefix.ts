/** Computes activations at a cut: the frozen beginning of a network, run over images. */
import * as tf from "@tensorflow/tfjs";
import { failed } from "../../src/shared/errors.js";
import { chunk, groupBy } from "../../src/shared/group.js";
import { decodeImage, networkInput, type Preprocessing } from "../../src/shared/image.js";
import { backboneDefinition, readWeights } from "../backbones/load.js";
import { type BackendName, useBackend } from "../backend/backend.js";
import { forward, type Network, parametersOf } from "../layers/network.js";
import { type Params, sizeOf, toParams } from "../layers/parameters.js";
import {
  type Activation,
  activationPath,
  cutFolders,
  earlierCuts,
  type Precision,
  readActivation,
  writeActivation,
} from "./activation-files.js";

/** All that a process of its own needs to compute activations. */
export interface PrefixSpec {
  backend: BackendName;
  backbone: string;
  weightsPath: string;
  cut: string;
  cacheDir: string;
  precision: Precision;
  /** The cache folder that the weights must lead to. */
  folder: string;
}

/** An image file and the views of it whose activations are wanted. */
export interface PrefixJob {
  path: string;
  sha256: string;
  views: number[];
}

export interface Prefix {
  /** Computes the jobs' activations and writes them into the cache. */
  compute(jobs: readonly PrefixJob[]): Promise<void>;
  dispose(): void;
}

/** Activations that run together; the time for each hardly falls beyond it. */
export const BATCH = 16;

/** Where a computation begins: at an activation cached earlier in the network, or at the network's input. */
interface Start {
  stage: string;
  activation: Activation;
  target: string;
}

/** What does not change from job to job. */
interface Setting {
  spec: PrefixSpec;
  network: Network;
  preprocessing: Preprocessing;
  /** Cache folder by cut. */
  folders: Map<string, string>;
}

/**
 * Loads the stages before the cut.
 * @throws a failure where the file holds other weights there than the ones asked for
 */
export async function openPrefix(spec: PrefixSpec): Promise<Prefix> {
  await useBackend(spec.backend);
  const { card, network: build } = backboneDefinition(spec.backbone);
  const network = build(0);
  const weights = await readWeights(spec.backbone, spec.weightsPath);
  const folders = cutFolders(card, network, weights);
  if (folders.get(spec.cut) !== spec.folder)
    throw failed(spec.weightsPath, `its weights before ${spec.cut} are not those asked for`);
  const setting = { spec, network, preprocessing: card.preprocessing, folders };
  const params = toParams(weights, parametersOf(network, { to: spec.cut }));
  return {
    compute: async (jobs) => {
      const starts = await Promise.all(jobs.map((job) => startsOf(job, setting)));
      for (const group of groupBy(starts.flat(), (s) => s.stage))
        for (const batch of chunk(group, BATCH)) await run(batch, spec.cut, network, params);
    },
    dispose: () => tf.dispose(Object.values(params)),
  };
}

async function startsOf(job: PrefixJob, setting: Setting): Promise<Start[]> {
  const starts: Start[] = [];
  const undecoded: number[] = [];
  for (const view of job.views) {
    const cached = await nearestCached(job, view, setting);
    if (cached) starts.push(cached);
    else undecoded.push(view);
  }
  if (undecoded.length > 0) starts.push(...(await fromPixels(job, undecoded, setting)));
  return starts;
}

async function fromPixels(job: PrefixJob, views: number[], setting: Setting): Promise<Start[]> {
  const { preprocessing, network } = setting;
  const image = await decodeImage(job.path);
  const shape = [preprocessing.size, preprocessing.size, 3];
  return Promise.all(
    views.map(async (view) => {
      const data = await networkInput(image, preprocessing, view);
      return { stage: network[0]!.name, activation: { shape, data }, target: target(job, view, setting) };
    }),
  );
}

async function nearestCached(job: PrefixJob, view: number, setting: Setting): Promise<Start | null> {
  const { spec, network, folders } = setting;
  for (const stage of earlierCuts(network, spec.cut)) {
    const path = activationPath(spec.cacheDir, folders.get(stage)!, {
      sha256: job.sha256,
      view,
      precision: spec.precision,
    });
    const activation = await readActivation(path);
    if (activation) return { stage, activation, target: target(job, view, setting) };
  }
  return null;
}

async function run(starts: Start[], cut: string, network: Network, params: Params): Promise<void> {
  const shape = starts[0]!.activation.shape;
  const batch = new Float32Array(starts.length * sizeOf(shape));
  starts.forEach(({ activation }, i) => {
    batch.set(activation.data, i * sizeOf(shape));
  });
  const span = { from: starts[0]!.stage, to: cut };
  const output = tf.tidy(() => forward(network, params, tf.tensor(batch, [starts.length, ...shape]), span));
  const values = (await output.data()) as Float32Array;
  const outputShape = output.shape.slice(1);
  output.dispose();
  const size = sizeOf(outputShape);
  await Promise.all(
    starts.map(({ target }, i) =>
      writeActivation(target, { shape: outputShape, data: values.subarray(i * size, (i + 1) * size) }),
    ),
  );
}

const target = (job: PrefixJob, view: number, { spec }: Setting): string =>
  activationPath(spec.cacheDir, spec.folder, { sha256: job.sha256, view, precision: spec.precision });
