/** What a model says of images. */
import * as tf from "@tensorflow/tfjs-core";
import { chunk } from "../../src/shared/group.js";
import type { LabeledItem, PredictionRow, Predictions, UnlabeledItem } from "../../src/shared/types.js";
import { frozenStage, type Model } from "../backbones/model.js";
import { activationBatch, EVALUATION_BATCH, examplesAt, type UnlabeledExamples } from "../images/examples.js";
import type { UnlabeledImages } from "../images/images.js";
import { forward, parametersOf } from "../layers/network.js";
import { toParams, valuesOf } from "../layers/parameters.js";

/** Class probabilities of the evaluation view, in the order of `model.classes`; labels as far as the images have any. */
export async function predict(model: Model, images: UnlabeledImages): Promise<Predictions> {
  const examples = await examplesAt(images, model, frozenStage(model), "evaluation");
  return { dataset: images.name, classes: [...model.classes], rows: predictionRows(model, examples) };
}

/** As `predict`, from activations that were computed before. */
export function predictionRows(model: Model, examples: UnlabeledExamples): PredictionRow[] {
  const logits = outputsAt(model, examples);
  return examples.items.map((item, i) => ({ ...rowOf(item), p: softmax(logits[i]!) }));
}

const rowOf = ({ id, split, label }: UnlabeledItem & Partial<LabeledItem>) => ({
  id,
  split,
  label: label ?? null,
});

/**
 * The features that enter the head, for the evaluation view: one array an item, `card.featureWidth` long. A map is
 * averaged over its positions.
 */
export async function pooledFeatures(model: Model, images: UnlabeledImages): Promise<Float32Array[]> {
  return featureRows(model, await examplesAt(images, model, frozenStage(model), "evaluation"));
}

/** As `pooledFeatures`, from activations that were computed before. */
export function featureRows(model: Model, examples: UnlabeledExamples): Float32Array[] {
  const { headStage, featureWidth } = model.card;
  return outputsAt(model, examples, headStage).map((row) => meanOverPositions(row, featureWidth));
}

function meanOverPositions(row: Float32Array, channels: number): Float32Array {
  const positions = row.length / channels;
  if (positions === 1) return row;
  const sum = new Float32Array(channels);
  for (let i = 0; i < row.length; i++) sum[i % channels]! += row[i]!;
  return sum.map((v) => v / positions);
}

/** What leaves the network, or enters the stage `to`, for the evaluation view: one array an item. */
export function outputsAt(
  model: Pick<Model, "network" | "weights">,
  { items, activations }: UnlabeledExamples,
  to?: string,
): Float32Array[] {
  const span = { from: activations.layer, to };
  const params = toParams(model.weights, parametersOf(model.network, span));
  const outputs: Float32Array[] = [];
  for (const batch of chunk(items, EVALUATION_BATCH)) {
    const ids = batch.map((item) => item.id);
    const views = ids.map(() => 0);
    const values = valuesOf(() =>
      forward(model.network, params, activationBatch(ids, views, activations), span),
    );
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
