/** A network so small that every method can be tried on it: a 1x1 convolution with BatchNorm, pooling, a linear head. */

import { freshWeights, headSpecs, type Model } from "../../adapt/backbones/model.js";
import { backbones } from "../../adapt/backbones/registry.js";
import type { UnlabeledImages } from "../../adapt/images/images.js";
import { sequence } from "../../adapt/layers/combine.js";
import { convBatchNorm } from "../../adapt/layers/conv.js";
import { linear } from "../../adapt/layers/linear.js";
import { type Network, parametersOf, stage } from "../../adapt/layers/network.js";
import { globalAveragePool } from "../../adapt/layers/pool.js";
import { formulaWeights } from "./formula.js";
import { CLASSES, madeUp, type Recipe } from "./made-up.js";

/** Channels of the maps that enter the convolution, and of pooled features. */
export const WIDTH = 16;

const network: Network = [
  stage(
    "features",
    sequence(convBatchNorm("features.0", "features.1", { in: WIDTH, out: WIDTH, kernel: 1 }, "linear")),
  ),
  stage("pool", globalAveragePool),
  stage("classifier", linear("classifier", WIDTH, CLASSES.length)),
];

export function tinyModel(seed = 0): Model {
  const card = {
    ...backbones.mobilenet_v2.card,
    name: "tiny",
    stages: network.map((s) => s.name),
    head: "classifier",
    headStage: "classifier",
    featureWidth: WIDTH,
  };
  const weights = {
    ...formulaWeights(parametersOf(network)),
    ...freshWeights(headSpecs(card, network), seed),
  };
  const definition = { ...backbones.mobilenet_v2, card, network: () => network };
  return { definition, card, network, classes: CLASSES, weights, pretrained: { weights, path: "formula" } };
}

/** Pooled features of made-up images. */
export const pooled = (name: string, count: number, recipe: Recipe, views = [0]) =>
  madeUp(name, count, "classifier", [WIDTH], recipe, views);

/** Maps of made-up images, which enter the convolution. */
export const maps = (name: string, count: number, recipe: Recipe, views = [0]) =>
  madeUp(name, count, "features", [3, 3, WIDTH], recipe, views);

/** The items without labels; whoever reads a label all the same gets an error. */
export function unlabelled({ name, items, activations }: UnlabeledImages): UnlabeledImages {
  const guarded = items.map(
    ({ id, path, split }) =>
      new Proxy(
        { id, path, split },
        {
          get: (item, key) => {
            if (key === "label") throw new Error(`the label of ${id} was read`);
            return Reflect.get(item, key);
          },
        },
      ),
  );
  return { name, items: guarded, activations };
}
