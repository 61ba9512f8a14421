/** A domain discriminator: inputs -> 64 (ReLU) -> 1 logit. */
import type * as tf from "@tensorflow/tfjs-core";
import { freshWeights } from "../backbones/model.js";
import { sequence } from "../layers/combine.js";
import { linear } from "../layers/linear.js";
import type { Params } from "../layers/parameters.js";
import type { Objective } from "../training/objective.js";

const HIDDEN = 64;

export interface Discriminator {
  own: NonNullable<Objective["own"]>;
  /** [batch, inputs] -> logits [batch, 1]. */
  judge(own: Params, x: tf.Tensor): tf.Tensor;
}

export function discriminator(inputs: number, seed: number): Discriminator {
  const layers = [
    linear("discriminator.0", inputs, HIDDEN, "relu"),
    linear("discriminator.2", HIDDEN, 1),
  ] as const;
  const body = sequence(...layers);
  const weights = Object.assign({}, ...layers.map((layer) => freshWeights(layer.parameters, seed)));
  return { own: { specs: body.parameters, weights }, judge: (own, x) => body.run(own, x) };
}
