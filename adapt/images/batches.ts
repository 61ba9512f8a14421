/** Which images a step takes, under which views: functions of the seed and the epoch alone, so that epochs can resume. */
import type * as tf from "@tensorflow/tfjs-core";
import { chunk } from "../../src/shared/group.js";
import { stream } from "../../src/shared/rng.js";
import { activationBatch, type UnlabeledExamples } from "./examples.js";

/** An epoch of a run. */
export interface EpochSeed {
  seed: number;
  /** From 0. */
  epoch: number;
}

/** The indices of `count` images in a drawn order, in batches; each once. */
export function onePass(count: number, size: number, { seed, epoch }: EpochSeed): number[][] {
  const all = Array.from({ length: count }, (_, i) => i);
  return chunk(stream(seed, "epoch", epoch, "order").shuffle(all), size);
}

/** As many batches as asked for: drawn orders one after the other, cut into whole batches. */
export function cycled(
  count: number,
  { size, batches }: { size: number; batches: number },
  { seed, epoch }: EpochSeed,
  domain: string,
): number[][] {
  const all = Array.from({ length: count }, (_, i) => i);
  const passes = Math.ceil((size * batches) / count);
  const indices = Array.from({ length: passes }, (_, pass) =>
    stream(seed, "epoch", epoch, domain, "order", pass).shuffle(all),
  ).flat();
  return chunk(indices.slice(0, size * batches), size);
}

/**
 * The activations of the images at `indices`: view 0 for "evaluation"; for "training" a drawn training view of each, or
 * view 0 where none was kept. The caller disposes them.
 */
export function inputOf(
  { items, activations }: UnlabeledExamples,
  indices: readonly number[],
  view: "evaluation" | "training",
  { seed, epoch }: EpochSeed,
): tf.Tensor {
  const training = activations.views.filter((v) => v > 0);
  const choices = view === "training" && training.length > 0 ? training : [0];
  const ids = indices.map((index) => items[index]!.id);
  const views = ids.map((id) => stream(seed, "epoch", epoch, "view", id).pick(choices));
  return activationBatch(ids, views, activations);
}
