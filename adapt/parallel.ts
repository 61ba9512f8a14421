/**
 * Synchronous data-parallel training: threads compute the gradients of their part of each batch while this one computes
 * its own, and the parts are added. That is the gradient of the whole batch, as long as no layer mixes images: a
 * BatchNorm that normalises by the batch would.
 */
import { MessageChannel, type MessagePort, receiveMessageOnPort, type Worker } from "node:worker_threads";
import * as tf from "@tensorflow/tfjs";
import { AntbeeError, failed } from "../src/shared/errors.js";
import { stream } from "../src/shared/rng.js";
import { openThread } from "../src/shared/thread.js";
import { currentBackend } from "./backend.js";
import type { Model } from "./model.js";
import { shareGradients } from "./parallel-share.js";
import {
  createSpace,
  type GradientAnswer,
  type GradientTask,
  type Space,
  type ThreadSpace,
  valuesAt,
} from "./parallel-space.js";
import type { ThreadData } from "./parallel-thread.js";
import type { Params } from "./parameters.js";

export interface Batch {
  /** Activations at the cut, [images, ...]. */
  x: tf.Tensor;
  /** Class indices, [images]. */
  labels: tf.Tensor1D;
  /** Stream of the dropout; each share has one of its own below it. */
  dropout: [seed: number, ...path: (string | number)[]];
}

export interface BatchGradients {
  /** Mean cross entropy over the batch. */
  loss: number;
  correct: number;
  /** By parameter; the caller disposes them. */
  gradients: Record<string, tf.Tensor>;
}

export interface Team {
  /** The gradients of the batch's mean cross entropy with respect to the named parameters. */
  gradients(params: Params, names: readonly string[], batch: Batch): BatchGradients;
  close(): Promise<void>;
}

export interface TeamOptions {
  cut: string;
  /** Shape of one activation at the cut. */
  input: readonly number[];
  /** Most images in a batch. */
  batch: number;
  /** This one included; 1 computes everything here. */
  threads: number;
}

/** A thread that does not answer within this time is lost: out of memory, or crashed. */
const TIMEOUT_MS = 15 * 60_000;

interface Member {
  worker: Worker;
  port: MessagePort;
  space: ThreadSpace;
}

/** Starts the threads. They hold the network behind the cut; its parameters come with the first batch. */
export async function openTeam(
  { card, network, classes }: Pick<Model, "card" | "network" | "classes">,
  params: Params,
  { cut, input, batch, threads }: TeamOptions,
): Promise<Team> {
  const shapes = new Map(Object.entries(params).map(([name, tensor]) => [name, tensor.shape]));
  const images = Math.ceil(batch / threads);
  const space = createSpace(shapes, { input, images, threads: threads - 1 });
  const backend = await currentBackend();
  const members = space.threads.map((own, index) => {
    const shared = { backend, backbone: card.name, classes: classes.length, cut, input, space, index };
    return openMember(own, shared);
  });
  const sent = new Map<string, number>();
  return {
    gradients: (now, names, whole) => {
      const parts = split(whole, threads);
      const changed = publish(now, space, sent);
      parts.slice(1).forEach((part, i) => {
        send(members[i]!, part, { changed, names: [...names], of: whole.labels.size });
      });
      const [mine] = parts;
      const mode = { dropout: stream(...mine!.dropout) };
      const own = shareGradients(
        { network, cut, params: now, mode },
        { ...mine!, of: whole.labels.size },
        names,
      );
      tf.dispose(parts.map(({ x, labels }) => [x, labels]));
      return parts.slice(1).reduce((sum, _part, i) => add(sum, members[i]!, space), own);
    },
    close: async () => {
      await Promise.all(members.map(({ worker }) => worker.terminate()));
    },
  };
}

function openMember(space: ThreadSpace, data: Omit<ThreadData, "port">): Member {
  const { port1, port2 } = new MessageChannel();
  const worker = openThread(import.meta.url, "parallel-thread", {
    workerData: { ...data, port: port2 } satisfies ThreadData,
    transferList: [port2],
  });
  port1.unref();
  worker.unref();
  return { worker, port: port1, space };
}

/** Parts of nearly equal size, none empty; this thread's comes first. The caller disposes them. */
function split({ x, labels, dropout }: Batch, threads: number): Batch[] {
  const images = labels.size;
  const parts = Math.min(threads, images);
  const bounds = Array.from({ length: parts + 1 }, (_, i) => Math.ceil((i * images) / parts));
  return bounds.slice(1).map((end, i) => ({
    x: tf.slice(x, bounds[i]!, end - bounds[i]!),
    labels: tf.slice(labels, bounds[i]!, end - bounds[i]!),
    dropout: i === 0 ? dropout : [...dropout, "share", i],
  }));
}

/** Puts what has moved since the last batch into the shared memory. @returns its names */
function publish(params: Params, { parameters, places }: Space, sent: Map<string, number>): string[] {
  const changed = [...places.keys()].filter((name) => sent.get(name) !== params[name]!.id);
  for (const name of changed) {
    valuesAt(parameters, places.get(name)!).set(params[name]!.dataSync<"float32">());
    sent.set(name, params[name]!.id);
  }
  return changed;
}

function send(
  { port, space }: Member,
  { x, labels, dropout }: Batch,
  task: Pick<GradientTask, "changed" | "names" | "of">,
): void {
  new Float32Array(space.input).set(x.dataSync<"float32">());
  new Int32Array(space.labels).set(labels.dataSync<"int32">());
  Atomics.store(new Int32Array(space.state), 0, 0);
  port.postMessage({ ...task, images: labels.size, dropout } satisfies GradientTask);
}

/** Waits for a member's part and adds it. */
function add(sum: BatchGradients, { port, space }: Member, { places }: Space): BatchGradients {
  const answer = waitFor(port, space);
  if ("error" in answer) throw new AntbeeError(`training thread: ${answer.error}`, answer.exitCode);
  const gradients = Object.entries(sum.gradients).map(([name, gradient]) => {
    const place = places.get(name)!;
    const total = tf.tidy(() =>
      tf.add(gradient, tf.tensor(valuesAt(space.gradients, place), gradient.shape)),
    );
    gradient.dispose();
    return [name, total] as const;
  });
  return {
    loss: sum.loss + answer.loss,
    correct: sum.correct + answer.correct,
    gradients: Object.fromEntries(gradients),
  };
}

function waitFor(port: MessagePort, { state }: ThreadSpace): GradientAnswer {
  if (Atomics.wait(new Int32Array(state), 0, 0, TIMEOUT_MS) === "timed-out")
    throw failed("training thread", `no answer within ${TIMEOUT_MS / 60_000} minutes`);
  return receiveMessageOnPort(port)!.message as GradientAnswer;
}
