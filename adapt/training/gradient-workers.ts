/**
 * Synchronous data-parallel training: threads compute the gradients of their part of each batch while this one computes
 * its own, and the parts are added. That is the gradient of the whole batch, as long as no layer mixes images: a
 * BatchNorm that normalises by the batch would.
 */
import * as tf from "@tensorflow/tfjs-core";
import { invalid, note } from "../../src/shared/errors.js";
import { stream } from "../../src/shared/rng.js";
import { openThread, type Thread } from "../../src/shared/thread.js";
import { referenceOf } from "../backbones/definition.js";
import type { Model } from "../backbones/model.js";
import { currentBackend } from "../backend/backend.js";
import { readValues } from "../backend/wasm/heap.js";
import type { Params } from "../layers/parameters.js";
import {
  createSpace,
  type GradientAnswer,
  type GradientTask,
  type Space,
  type ThreadSpace,
  valuesAt,
} from "./gradient-memory.js";
import { shareGradients } from "./gradient-share.js";
import type { ThreadData } from "./gradient-worker.js";

export interface Batch {
  /** Activations at the split, [images, ...]. */
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

export interface GradientWorkers {
  /**
   * The gradients of the batch's mean cross entropy with respect to the named parameters.
   * @throws what a thread fails at; a failure where one ends before it answers
   */
  gradients(params: Params, names: readonly string[], batch: Batch): Promise<BatchGradients>;
  close(): Promise<void>;
}

export interface GradientWorkersOptions {
  split: string;
  /** Shape of one activation at the split. */
  input: readonly number[];
  /** Most images in a batch. */
  batch: number;
  /** This one included; 1 computes everything here. */
  threads: number;
}

interface GradientWorker {
  thread: Thread<GradientTask, GradientAnswer>;
  space: ThreadSpace;
  /** Parameters whose new values it has yet to read. */
  unread: Set<string>;
}

/**
 * Starts the threads. They hold the network behind the split stage; its parameters come with the first batch.
 * @throws bad input for a network of one's own that threads cannot find
 */
export async function openGradientWorkers(
  { definition, network, classes }: Pick<Model, "definition" | "network" | "classes">,
  params: Params,
  { split, input, batch, threads }: GradientWorkersOptions,
): Promise<GradientWorkers> {
  const shapes = new Map(Object.entries(params).map(([name, tensor]) => [name, tensor.shape]));
  const images = Math.ceil(batch / threads);
  const space = createSpace(shapes, { input, images, threads: threads - 1 });
  const backend = await currentBackend();
  const reference = referenceOf(definition);
  if (!reference)
    throw invalid(
      "threads",
      "1, or a network whose definition names its module",
      note(`${threads}, and ${definition.card.name} names none`),
    );
  const workers = space.threads.map((own, index): GradientWorker => {
    const shared = { backend, definition: reference, classes: classes.length, split, input, space, index };
    const options = { name: "training thread", workerData: shared satisfies ThreadData };
    return {
      thread: openThread(import.meta.url, "gradient-worker", options),
      space: own,
      unread: new Set(),
    };
  });
  const sent = new Map<string, number>();
  return {
    gradients: async (now, names, batch) => {
      const parts = shares(batch, threads);
      const of = batch.labels.size;
      if (workers.length > 0)
        for (const name of publish(now, space, sent)) for (const { unread } of workers) unread.add(name);
      const others = parts.slice(1).map((part, i) => ask(workers[i]!, part, names, of));
      const own = ownShare({ network, split, params: now }, parts[0]!, names, of);
      try {
        const [sum, answers] = await Promise.all([own, Promise.all(others)]);
        return answers.reduce<BatchGradients>((sum, share, i) => add(sum, share, workers[i]!, space), sum);
      } catch (error) {
        await own.then(
          ({ gradients }) => tf.dispose(Object.values(gradients)),
          () => undefined, // its failure is the error, or came after it
        );
        throw error;
      } finally {
        tf.dispose(parts.map(({ x, labels }) => [x, labels]));
      }
    },
    close: async () => {
      await Promise.all(workers.map(({ thread }) => thread.close()));
    },
  };
}

/** Parts of nearly equal size, none empty; this thread's comes first. The caller disposes them. */
function shares({ x, labels, dropout }: Batch, threads: number): Batch[] {
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
    valuesAt(parameters, places.get(name)!).set(readValues(params[name]!));
    sent.set(name, params[name]!.id);
  }
  return changed;
}

/** Has a worker compute the gradients of its part of a batch of `of` images. */
function ask(
  { thread, space, unread }: GradientWorker,
  { x, labels, dropout }: Batch,
  names: readonly string[],
  of: number,
): Promise<GradientAnswer> {
  new Float32Array(space.input).set(readValues(x));
  new Int32Array(space.labels).set(labels.dataSync<"int32">());
  const changed = [...unread];
  unread.clear();
  return thread.ask({ images: labels.size, of, changed, names: [...names], dropout });
}

/** This thread's part, computed before the function returns; as a promise, so that failures meet in one place. */
async function ownShare(
  learner: Pick<Model, "network"> & { split: string; params: Params },
  { x, labels, dropout }: Batch,
  names: readonly string[],
  of: number,
): Promise<BatchGradients> {
  return shareGradients({ ...learner, mode: { dropout: stream(...dropout) } }, { x, labels, of }, names);
}

/** Adds a worker's share, whose gradients lie in its memory. */
function add(
  sum: BatchGradients,
  { loss, correct }: GradientAnswer,
  { space }: GradientWorker,
  { places }: Space,
): BatchGradients {
  const gradients = Object.entries(sum.gradients).map(([name, gradient]) => {
    const values = valuesAt(space.gradients, places.get(name)!);
    const total = tf.tidy(() => tf.add(gradient, tf.tensor(values, gradient.shape)));
    gradient.dispose();
    return [name, total] as const;
  });
  return {
    loss: sum.loss + loss,
    correct: sum.correct + correct,
    gradients: Object.fromEntries(gradients),
  };
}
