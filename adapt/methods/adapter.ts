/**
 * A low-rank linear layer before the head: h -> h + U (D h + d) + u. It lets what is frozen be aligned at the cost of the
 * head alone, and folds into the head afterwards. Hu et al., "LoRA", ICLR 2022, equation 3.
 */
import * as tf from "@tensorflow/tfjs-core";
import { freshWeights, type Model } from "../backbones/model.js";
import type { Layer } from "../layers/layer.js";
import { linear } from "../layers/linear.js";
import { stage, stageIndex } from "../layers/network.js";
import { dot, foldIntoHead } from "./head-input.js";

/** The stage's name. */
export const ADAPTER = "adapter";
const RANK = 64;

/** The model with an adapter before its head that changes nothing yet: U = 0, and D is drawn from the seed. */
export function withAdapter(model: Model, seed: number): Model {
  const { network, card, weights } = model;
  const width = card.featureWidth;
  const down = linear("adapter.down", width, RANK);
  const up = linear("adapter.up", RANK, width);
  const at = stageIndex(network, card.headStage);
  const zeros = Object.entries(up.parameters).map(([name, { shape }]) => [
    name,
    { shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)) },
  ]);
  return {
    ...model,
    network: [
      ...network.slice(0, at),
      { ...stage(ADAPTER, adapter(down, up)), inserted: true },
      ...network.slice(at),
    ],
    weights: { ...weights, ...freshWeights(down.parameters, seed), ...Object.fromEntries(zeros) },
  };
}

function adapter(down: Layer, up: Layer): Layer {
  return {
    parameters: { ...down.parameters, ...up.parameters },
    run: (params, x) =>
      tf.tidy(() => {
        const rows = tf.reshape(x, [-1, x.shape.at(-1)!]);
        return tf.reshape(tf.add(rows, up.run(params, down.run(params, rows))), x.shape);
      }),
    cost: (shape) => ({ shape, multiplyAdds: 0, values: 0 }),
  };
}

/** `original` with the trained adapter folded into its head. */
export function foldAdapter({ weights }: Pick<Model, "weights">, original: Model): Model {
  const [down, d, up, u] = ["down.weight", "down.bias", "up.weight", "up.bias"].map(
    (name) => weights[`${ADAPTER}.${name}`]!.data,
  );
  const width = original.card.featureWidth;
  const transposed = (row: Float32Array): Float32Array => {
    const inner = Float64Array.from({ length: RANK }, (_, r) =>
      row.reduce((sum, w, k) => sum + w * up![k * RANK + r]!, 0),
    );
    return row.map((w, k) => w + inner.reduce((sum, v, r) => sum + v * down![r * width + k]!, 0));
  };
  const shift = u!.map((v, k) => v + dot(up!.subarray(k * RANK, (k + 1) * RANK), d!));
  const head = Object.fromEntries(Object.keys(original.weights).map((name) => [name, weights[name]!]));
  return foldIntoHead({ ...original, weights: head }, { transposed, shift });
}
