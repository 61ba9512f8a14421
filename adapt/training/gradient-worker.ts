/** A thread that computes the gradients of its part of each batch. */
import { workerData } from "node:worker_threads";
import * as tf from "@tensorflow/tfjs-core";
import { stream } from "../../src/shared/rng.js";
import { answerTasks } from "../../src/shared/thread.js";
import { type DefinitionReference, definitionAt } from "../backbones/definition.js";
import { type BackendName, useBackend } from "../backend/backend.js";
import { readValues } from "../backend/wasm/heap.js";
import type { Network } from "../layers/network.js";
import { sizeOf } from "../layers/parameters.js";
import {
  type GradientAnswer,
  type GradientTask,
  type Space,
  type ThreadSpace,
  valuesAt,
} from "./gradient-memory.js";
import { shareGradients } from "./gradient-share.js";

export interface ThreadData {
  backend: BackendName;
  definition: DefinitionReference;
  classes: number;
  split: string;
  /** Shape of one activation. */
  input: readonly number[];
  space: Space;
  index: number;
}

const { backend, definition, classes, split, input, space, index } = workerData as ThreadData;
const own = space.threads[index]!;
const params: Record<string, tf.Tensor> = {};
const opening = openNetwork();
opening.catch(() => undefined); // the first task meets it

answerTasks(async (task: GradientTask): Promise<GradientAnswer> => compute(await opening, task, own));

async function openNetwork(): Promise<Network> {
  await useBackend(backend);
  return (await definitionAt(definition)).network(classes);
}

function compute(
  network: Network,
  task: GradientTask,
  { input: images, labels, gradients }: ThreadSpace,
): GradientAnswer {
  for (const name of task.changed) reload(name);
  const values = new Float32Array(images).subarray(0, task.images * sizeOf(input));
  const x = tf.tensor(values, [task.images, ...input]);
  const truth = tf.tensor1d(new Int32Array(labels).slice(0, task.images), "int32");
  const mode = { dropout: stream(...task.dropout) };
  const share = shareGradients(
    { network, split, params, mode },
    { x, labels: truth, of: task.of },
    task.names,
  );
  for (const [name, gradient] of Object.entries(share.gradients))
    valuesAt(gradients, space.places.get(name)!).set(readValues(gradient));
  tf.dispose([x, truth, Object.values(share.gradients)]);
  return { loss: share.loss, correct: share.correct };
}

function reload(name: string): void {
  const place = space.places.get(name)!;
  params[name]?.dispose();
  params[name] = tf.tensor(valuesAt(space.parameters, place), [...place.shape]);
}
