/** What a network says of images, computed from their activations. */
import * as tf from "@tensorflow/tfjs";
import { invalid, note } from "../../src/shared/errors.js";
import { chunk } from "../../src/shared/group.js";
import type { BackboneCard } from "../backbones/card.js";
import type { Backbone } from "../backbones/load.js";
import type { Model } from "../backbones/model.js";
import { activationBatch, EVALUATION_BATCH, type UnlabeledExamples } from "../images/examples.js";
import { forward, parametersOf, type Span } from "../layers/network.js";
import { toParams, valuesOf } from "../layers/parameters.js";

export interface Probabilities {
  id: string;
  /** In the order of the classes; they sum to 1. */
  p: number[];
}

/** Class probabilities of the evaluation view, in the order of `model.classes`. */
export function predict(model: Model, examples: UnlabeledExamples): Probabilities[] {
  return rows(examples, run(model, examples, {}).map(softmax));
}

/** The features that enter the head, for the evaluation view: one array an item. A map is averaged over its positions. */
export function pooledFeatures(model: Model, examples: UnlabeledExamples): Float32Array[] {
  const { headStage, featureWidth } = model.card;
  return run(model, examples, { to: headStage }).map((row) => meanOverPositions(row, featureWidth));
}

function meanOverPositions(row: Float32Array, channels: number): Float32Array {
  const positions = row.length / channels;
  if (positions === 1) return row;
  const sum = new Float32Array(channels);
  for (let i = 0; i < row.length; i++) sum[i % channels]! += row[i]!;
  return sum.map((v) => v / positions);
}

/**
 * What the pretrained classifier says without any training: the softmax over its outputs for the classes.
 * @throws bad input where the backbone has no classifier, or none for one of the classes
 */
export function zeroTraining(
  backbone: Backbone,
  examples: UnlabeledExamples,
  classes: readonly string[],
): Probabilities[] {
  const outputs = pretrainedOutputs(backbone.card, classes);
  const logits = run(backbone, examples, {});
  return rows(
    examples,
    logits.map((row) => softmax(outputs.map((index) => row[index]!))),
  );
}

/**
 * The pretrained classifier's output for each class.
 * @throws bad input where the backbone has no classifier, or none for one of the classes
 */
export function pretrainedOutputs(
  { name, classes: known }: BackboneCard,
  classes: readonly string[],
): number[] {
  if (!known) throw invalid(name, "a pretrained classifier", note("features only"));
  return classes.map((wanted) => {
    const output = known.indices[wanted];
    if (output === undefined) throw invalid(name, `a class of ${known.of} for "${wanted}"`, note("none"));
    return output;
  });
}

/** The network from the activations' cut on, over the evaluation view. */
function run(
  model: Pick<Model, "network" | "weights">,
  examples: UnlabeledExamples,
  { to }: Span,
): Float32Array[] {
  const { items, activations } = examples;
  const span = { from: activations.cut, to };
  const params = toParams(model.weights, parametersOf(model.network, span));
  const outputs: Float32Array[] = [];
  for (const batch of chunk(items, EVALUATION_BATCH)) {
    const ids = batch.map((item) => item.id);
    const values = valuesOf(() => {
      const x = activationBatch(
        ids,
        ids.map(() => 0),
        activations,
      );
      return forward(model.network, params, x, span);
    });
    const width = values.length / batch.length;
    batch.forEach((_, i) => {
      outputs.push(values.slice(i * width, (i + 1) * width));
    });
  }
  tf.dispose(Object.values(params));
  return outputs;
}

function softmax(logits: ArrayLike<number>): number[] {
  const values = Array.from(logits);
  const highest = Math.max(...values);
  const weights = values.map((v) => Math.exp(v - highest));
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((w) => w / sum);
}

const rows = ({ items }: UnlabeledExamples, p: number[][]): Probabilities[] =>
  items.map(({ id }, i) => ({ id, p: p[i]! }));
