/** A thread that computes the gradients of its part of each batch. */
import { type MessagePort, workerData } from "node:worker_threads";
import * as tf from "@tensorflow/tfjs";
import { AntbeeError } from "../src/shared/errors.js";
import { stream } from "../src/shared/rng.js";
import { backboneDefinition } from "./backbones/load.js";
import { type BackendName, useBackend } from "./backend.js";
import { shareGradients } from "./parallel-share.js";
import {
  DONE,
  type GradientAnswer,
  type GradientTask,
  type Space,
  type ThreadSpace,
  valuesAt,
} from "./parallel-space.js";

export interface ThreadData {
  port: MessagePort;
  backend: BackendName;
  backbone: string;
  classes: number;
  cut: string;
  /** Shape of one activation. */
  input: readonly number[];
  space: Space;
  index: number;
}

const { port, backend, backbone, classes, cut, input, space, index } = workerData as ThreadData;
const own = space.threads[index]!;
const params: Record<string, tf.Tensor> = {};

await useBackend(backend);
const network = backboneDefinition(backbone).network(classes);
port.on("message", (task: GradientTask) => {
  port.postMessage(answer(task));
  const state = new Int32Array(own.state);
  Atomics.store(state, 0, DONE);
  Atomics.notify(state, 0);
});

function answer(task: GradientTask): GradientAnswer {
  try {
    return compute(task, own);
  } catch (error) {
    return { error: (error as Error).message, exitCode: error instanceof AntbeeError ? error.exitCode : 1 };
  }
}

function compute(task: GradientTask, { input: images, labels, gradients }: ThreadSpace): GradientAnswer {
  for (const name of task.changed) reload(name);
  const values = new Float32Array(images).subarray(0, task.images * input.reduce((a, b) => a * b, 1));
  const x = tf.tensor(values, [task.images, ...input]);
  const truth = tf.tensor1d(new Int32Array(labels).slice(0, task.images), "int32");
  const mode = { dropout: stream(...task.dropout) };
  const share = shareGradients({ network, cut, params, mode }, { x, labels: truth, of: task.of }, task.names);
  for (const [name, gradient] of Object.entries(share.gradients))
    valuesAt(gradients, space.places.get(name)!).set(gradient.dataSync<"float32">());
  tf.dispose([x, truth, Object.values(share.gradients)]);
  return { loss: share.loss, correct: share.correct };
}

function reload(name: string): void {
  const place = space.places.get(name)!;
  params[name]?.dispose();
  params[name] = tf.tensor(valuesAt(space.parameters, place), [...place.shape]);
}
