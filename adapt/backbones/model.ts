/** A network with weights for the classes of a task. */
import { invalid, note } from "../../src/shared/errors.js";
import { stream } from "../../src/shared/rng.js";
import { type Network, parametersOf } from "../layers/network.js";
import { type ParameterSpecs, sizeOf, type Weight, type Weights } from "../layers/parameters.js";
import type { BackboneCard, BackboneDefinition } from "./card.js";
import type { Backbone } from "./load.js";

/**
 * A network, its weights under torchvision's names, and the classes that its outputs stand for. Never changed in
 * place.
 */
export interface Model {
  definition: BackboneDefinition;
  card: BackboneCard;
  network: Network;
  weights: Weights;
  /** In the order of the outputs. */
  classes: readonly string[];
  /** What it began with: weights that are still these very arrays have not moved. `path` is their file. */
  pretrained: Pick<Backbone, "weights" | "path">;
}

/**
 * The backbone with a new head for the classes, its start drawn from the seed's stream "head".
 * @param seed a whole number of at least 0
 */
export function withHead(
  backbone: Pick<Backbone, "definition" | "weights" | "path">,
  classes: readonly string[],
  seed = 0,
): Model {
  const { definition, weights, path } = backbone;
  const { card } = definition;
  const network = definition.network(classes.length);
  const head = freshWeights(headSpecs(card, network), seed);
  return {
    definition,
    card,
    network,
    classes,
    weights: { ...weights, ...head },
    pretrained: { weights, path },
  };
}

/**
 * The zero-training bound: the pretrained classifier as it is, its head cut down to the outputs that stand for the
 * classes. No image of the task was seen.
 * @throws bad input where the backbone has no classifier, or none for one of the classes
 */
export function zeroTraining(backbone: Backbone, classes: readonly string[]): Model {
  const model = withHead(backbone, classes);
  const outputs = pretrainedOutputs(backbone.card, classes);
  const head = Object.keys(headSpecs(model.card, model.network)).map((name) => [
    name,
    rowsOf(backbone.weights[name]!, outputs),
  ]);
  return { ...model, weights: { ...model.weights, ...Object.fromEntries(head) } };
}

/** The pretrained classifier's output for each class. */
function pretrainedOutputs({ name, classes: known }: BackboneCard, classes: readonly string[]): number[] {
  if (!known) throw invalid(name, "a pretrained classifier", note("features only"));
  return classes.map((wanted) => {
    if (!Object.hasOwn(known.indices, wanted))
      throw invalid(name, `a class of ${known.of} for "${wanted}"`, note("none"));
    return known.indices[wanted]!;
  });
}

/** Rows along the first axis, which a head has for its outputs. */
function rowsOf({ shape: [, ...rest], data }: Weight, rows: readonly number[]): Weight {
  const size = sizeOf(rest);
  const picked = new Float32Array(rows.length * size);
  rows.forEach((row, i) => {
    picked.set(data.subarray(row * size, (row + 1) * size), i * size);
  });
  return { shape: [rows.length, ...rest], data: picked };
}

/**
 * The last stage before which nothing has moved since the pretraining, at most the head's: activations that enter it are
 * those of every model that left as much as it was.
 */
export function frozenStage({
  card,
  network,
  weights,
  pretrained,
}: Omit<Model, "classes" | "definition">): string {
  const moved = network.find(
    ({ name, parameters, inserted }) =>
      inserted ||
      name === card.headStage ||
      Object.keys(parameters).some((parameter) => weights[parameter] !== pretrained.weights[parameter]),
  );
  return moved!.name;
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
