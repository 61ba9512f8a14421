/** A network with weights for the classes of a task. */
import { stream } from "../../src/shared/rng.js";
import { type Network, parametersOf } from "../layers/network.js";
import { type ParameterSpecs, sizeOf, type Weight, type Weights } from "../layers/parameters.js";
import type { BackboneCard } from "./card.js";
import { type Backbone, backboneDefinition } from "./load.js";

export interface Model {
  card: BackboneCard;
  network: Network;
  weights: Weights;
  /** In the order of the outputs. */
  classes: readonly string[];
}

/** The backbone with a new head for the classes, its start drawn from the seed's stream "head". */
export function withHead(
  backbone: Pick<Backbone, "card" | "weights">,
  classes: readonly string[],
  seed: number,
): Model {
  const { card, weights } = backbone;
  const network = backboneDefinition(card.name).network(classes.length);
  return { card, network, classes, weights: { ...weights, ...freshWeights(headSpecs(card, network), seed) } };
}

/** The parameters that a new task replaces. */
export function headSpecs({ head, headStage }: BackboneCard, network: Network): ParameterSpecs {
  const specs = Object.entries(parametersOf(network, { from: headStage }));
  return Object.fromEntries(specs.filter(([name]) => name.startsWith(`${head}.`)));
}

/** PyTorch's default for linear layers and convolutions: uniform within 1 / sqrt(fan in), bias included. */
export function freshWeights(specs: ParameterSpecs, seed: number): Weights {
  const entries = Object.entries(specs);
  const filter = entries.find(([name]) => name.endsWith(".weight"))![1];
  const bound = 1 / Math.sqrt(sizeOf(filter.shape.slice(1)));
  return Object.fromEntries(
    entries.map(([name, { shape }]): [string, Weight] => {
      const draw = stream(seed, "head", name);
      return [
        name,
        { shape, data: Float32Array.from({ length: sizeOf(shape) }, () => draw.uniform(-bound, bound)) },
      ];
    }),
  );
}
