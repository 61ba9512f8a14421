/** AdaBN: BatchNorms take their statistics from the target's images. */
import * as tf from "@tensorflow/tfjs";
import { chunk } from "../../src/shared/group.js";
import type { Model } from "../backbones/model.js";
import { inputOf } from "../images/batches.js";
import type { UnlabeledExamples } from "../images/examples.js";
import type { Mode } from "../layers/layer.js";
import { forward, parametersOf } from "../layers/network.js";
import { toParams, toWeight } from "../layers/parameters.js";
import type { Method } from "./method.js";

export const adabn: Method = {
  name: "adabn",
  track: "unlabelled",
  needs: { source: "nothing", target: "images", batchNorm: "statistics" },
  reference: "Li et al., Revisiting Batch Normalization for Practical Domain Adaptation, 2016, algorithm 1",
  cut: (card) => card.stages[0]!,
  run: async ({ model, target }) => withStatisticsOf(model, target),
};

/** Images that are normalised together. */
const BATCH = 32;

/**
 * The model whose BatchNorms behind the activations' cut have the mean statistics of the target's batches; each batch
 * runs through the layers normalised by its own.
 */
export function withStatisticsOf(model: Model, target: UnlabeledExamples): Model {
  const { network, weights } = model;
  const span = { from: target.activations.cut, to: model.card.headStage };
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
