/** Made-up activations, so that training is tested without images. */

import { backboneDefinition } from "../../adapt/backbones/definition.js";
import type { Backbone } from "../../adapt/backbones/load.js";
import type { Activations } from "../../adapt/images/activations.js";
import type { Examples } from "../../adapt/images/examples.js";
import { imagesAt, type LabeledImages } from "../../adapt/images/images.js";
import { parametersOf } from "../../adapt/layers/network.js";
import { sizeOf } from "../../adapt/layers/parameters.js";
import { stream } from "../../src/shared/rng.js";
import type { Predictions } from "../../src/shared/types.js";
import { formulaWeights } from "./formula.js";

export const CLASSES = ["ants", "bees"];

/** tf_mobilenet_v2 with formula weights. */
export function formulaBackbone(): Backbone {
  const definition = backboneDefinition("tf_mobilenet_v2");
  const network = definition.network(1000);
  return {
    definition,
    card: definition.card,
    network,
    weights: formulaWeights(parametersOf(network)),
    path: "formula",
    sha256: "formula",
  };
}

/** A value of an activation: `draw` is the item's own Gaussian, `sign` -1 for ants and 1 for bees. */
export type Recipe = (draw: () => number, sign: number, channel: number) => number;

/** Images and the activations that they are known by. */
export type MadeUp = LabeledImages & { known: Pick<Activations, "layer" | "shape" | "views" | "get"> };

/** The images as a step of training or prediction reads them. */
export const examplesOf = ({ items, known }: MadeUp): Examples => ({ items, activations: known });

/** The same images with something of their activations replaced. */
export const knownBy = (images: MadeUp, change: Partial<MadeUp["known"]>): MadeUp => {
  const known = { ...images.known, ...change };
  return { ...images, ...imagesAt(images.items, known), known };
};

/** Half ants, half bees, with activations of a shape that enter a stage. */
export function madeUp(
  name: string,
  count: number,
  layer: string,
  shape: number[],
  recipe: Recipe,
  views = [0],
): MadeUp {
  const items = Array.from({ length: count }, (_, i) => {
    const id = `${name}/${i}`;
    return { id, path: id, split: "train", label: CLASSES[i % 2]! };
  });
  const made = new Map<string, Float32Array>();
  const make = (id: string, view: number) => {
    const random = stream(view, id);
    const sign = items[Number(id.split("/")[1])]!.label === "ants" ? -1 : 1;
    return Float32Array.from({ length: sizeOf(shape) }, (_, i) =>
      recipe(() => random.normal(0, 1), sign, i % shape.at(-1)!),
    );
  };
  const get = (id: string, view: number) => {
    const key = `${id} ${view}`;
    made.set(key, made.get(key) ?? make(id, view));
    return made.get(key)!;
  };
  const known = { layer, shape, views, get };
  return { ...imagesAt(items, known), name, classes: CLASSES, known };
}

/** Two overlapping clouds along the first channels. */
export const clouds: Recipe = (draw, sign, channel) => draw() + (channel < 8 ? sign * 0.6 : 0);

export function accuracy({ rows }: Predictions, { items }: Pick<LabeledImages, "items">): number {
  const right = rows.filter(({ p }, i) => CLASSES[p[0]! > p[1]! ? 0 : 1] === items[i]!.label);
  return right.length / rows.length;
}
