/** AdaBN: BatchNorms take their statistics from the target's images. */
import * as tf from "@tensorflow/tfjs-core";
import { z } from "zod";
import { chunk } from "../../src/shared/group.js";
import type { Model } from "../backbones/model.js";
import { inputOf } from "../images/batches.js";
import { examplesAt } from "../images/examples.js";
import type { UnlabeledImages } from "../images/images.js";
import type { Mode } from "../layers/layer.js";
import { forward, parametersOf } from "../layers/network.js";
import { toParams, toWeight } from "../layers/parameters.js";
import { defineMethod, type UnlabelledInput } from "./method.js";

const adabnOptions = z.strictObject({
  /** The stage from which BatchNorms take new statistics; the first where left out. */
  from: z.string().optional(),
});

/** AdaBN from the stage `from` on. */
export const adabn = defineMethod<UnlabelledInput, typeof adabnOptions>(
  "adabn",
  adabnOptions,
  ({ from }) => ({
    track: "unlabelled",
    needs: { source: "nothing", target: "images", batchNorm: "statistics" },
    reference: "Li et al., Revisiting Batch Normalization for Practical Domain Adaptation, 2016, algorithm 1",
    run: async ({ model, target }) => withStatisticsOf(model, target, from ?? model.card.stages[0]!),
  }),
);

/** Images that are normalised together. */
const BATCH = 32;

/**
 * The model whose BatchNorms from a stage on have the mean statistics of the target's batches; each batch runs through
 * the layers normalised by its own.
 */
export async function withStatisticsOf(model: Model, images: UnlabeledImages, from: string): Promise<Model> {
  const { network, weights } = model;
  const target = await examplesAt(images, model, from, "evaluation");
  const span = { from, to: model.card.headStage };
  const specs = parametersOf(network, span);
  const params = toParams(weights, specs);
  const statistics: NonNullable<Mode["statistics"]> = {};
  let seen = 0;
  for (const batch of batchesOf(target.items.length)) {
    seen += batch.length;
    const mode = { statistics, momentum: batch.length / seen };
    tf.tidy(() => {
      const x = inputOf(target, batch, "evaluation", { seed: 0, epoch: 0 });
      forward(network, params, x, { ...span, mode });
    });
  }
  const moved = Object.entries(statistics).map(([name, tensor]) => [name, toWeight(tensor, specs[name]!)]);
  tf.dispose([...Object.values(params), ...Object.values(statistics)]);
  return { ...model, weights: { ...weights, ...Object.fromEntries(moved) } };
}

/** Consecutive batches; a single image left over joins the batch before, for it has no variance of its own. */
function batchesOf(count: number): number[][] {
  const batches = chunk([...Array(count).keys()], BATCH);
  if (batches.length > 1 && batches.at(-1)!.length === 1) batches.at(-2)!.push(...batches.pop()!);
  return batches;
}
