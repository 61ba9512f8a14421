/** Made-up activations, so that training is tested without images. */

import { type Backbone, backboneDefinition } from "../../adapt/backbones/load.js";
import type { Examples } from "../../adapt/images/examples.js";
import { parametersOf } from "../../adapt/layers/network.js";
import { sizeOf } from "../../adapt/layers/parameters.js";
import { stream } from "../../src/shared/rng.js";
import { formulaWeights } from "./formula.js";

export const CLASSES = ["ants", "bees"];

/** tf_mobilenet_v2 with formula weights. */
export function formulaBackbone(): Backbone {
  const { card, network: build } = backboneDefinition("tf_mobilenet_v2");
  const network = build(1000);
  return {
    card,
    network,
    weights: formulaWeights(parametersOf(network)),
    path: "formula",
    sha256: "formula",
  };
}

/** A value of an activation: `draw` is the item's own Gaussian, `sign` -1 for ants and 1 for bees. */
export type Recipe = (draw: () => number, sign: number, channel: number) => number;

/** Half ants, half bees, with activations of a shape that enter a stage. */
export function madeUp(
  name: string,
  count: number,
  cut: string,
  shape: number[],
  recipe: Recipe,
  views = [0],
): Examples {
  const items = Array.from({ length: count }, (_, i) => ({ id: `${name}/${i}`, label: CLASSES[i % 2]! }));
  const known = new Map<string, Float32Array>();
  const make = (id: string, view: number) => {
    const random = stream(view, id);
    const sign = items[Number(id.split("/")[1])]!.label === "ants" ? -1 : 1;
    return Float32Array.from({ length: sizeOf(shape) }, (_, i) =>
      recipe(() => random.normal(0, 1), sign, i % shape.at(-1)!),
    );
  };
  const get = (id: string, view: number) => {
    const key = `${id} ${view}`;
    known.set(key, known.get(key) ?? make(id, view));
    return known.get(key)!;
  };
  return { items, activations: { cut, shape, views, get } };
}

/** Two overlapping clouds along the first channels. */
export const clouds: Recipe = (draw, sign, channel) => draw() + (channel < 8 ? sign * 0.6 : 0);

export function accuracy(rows: readonly { id: string; p: number[] }[], { items }: Examples): number {
  const right = rows.filter(({ p }, i) => CLASSES[p[0]! > p[1]! ? 0 : 1] === items[i]!.label);
  return right.length / rows.length;
}
