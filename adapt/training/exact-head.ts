/**
 * A linear head by exact logistic regression on frozen features: deterministic, and at its optimum from four images as
 * from a thousand, where forty epochs of SGD are not. What the features were scaled by is folded into the head, so that
 * the checkpoint stays a plain network.
 */
import { invalid, note } from "../../src/shared/errors.js";
import type { BackboneCard } from "../backbones/card.js";
import { headSpecs, type Model } from "../backbones/model.js";
import { classIndices } from "../images/examples.js";
import type { LabeledImages } from "../images/images.js";
import { pooledFeatures } from "../inference/predict.js";
import { type SoftmaxRegression, softmaxRegression } from "./softmax-regression.js";

/**
 * "normalised" divides each image's features by their Euclidean norm and fits no intercept: the folded head ranks classes
 * just so, at the mean norm's temperature. "standardised" gives each channel mean 0 and deviation 1, and folds exactly.
 */
export type FeatureScaling = "normalised" | "standardised";

/** How features are scaled, and how strongly the head is held. */
export interface ExactHeadOptions {
  scaling: FeatureScaling;
  /** Inverse strength of the penalty: C of scikit-learn's LogisticRegression. */
  c: number;
}

/** Images and the weight of their mean loss beside that of others. */
export interface WeightedImages {
  images: LabeledImages;
  weight: number;
}

/**
 * The model with the optimal head for the images; what stands before it stays.
 * @throws bad input where the head is no linear layer on pooled features
 */
export async function fitHead(
  model: Model,
  on: readonly WeightedImages[],
  { scaling, c }: ExactHeadOptions,
): Promise<Model> {
  const [fitted] = await fitHeads(model, on, { scaling, strengths: [c] });
  return fitted!;
}

/** As `fitHead`, for several strengths in rising order: each begins where the one before ended. */
export async function fitHeads(
  model: Model,
  on: readonly WeightedImages[],
  { scaling, strengths }: { scaling: FeatureScaling; strengths: readonly number[] },
): Promise<Model[]> {
  checkLinearHead(model.card);
  if (!on.some(({ images }) => images.items.length))
    throw invalid("exact head", "images to learn from", note("none"));
  if (!(scaling === "normalised" || scaling === "standardised"))
    throw invalid("scaling", "normalised or standardised", scaling);
  const bad = strengths.find((c) => !(c > 0));
  if (bad !== undefined) throw invalid("c", "a number above 0", bad);
  const data = await dataOf(model, on);
  const { scaled, unscale } = scaling === "normalised" ? normalise(data.rows) : standardise(data.rows);
  const problem = { ...data, rows: scaled };
  const options = { classes: model.classes.length, intercept: scaling === "standardised" };
  let start: SoftmaxRegression | undefined;
  return strengths.map((c) => {
    start = softmaxRegression(problem, { ...options, c, start });
    return withHeadOf(model, unscale(start));
  });
}

/** @throws bad input where the head is no linear layer on pooled features */
export function checkLinearHead(
  { name, headInput }: Pick<BackboneCard, "name" | "headInput">,
  where = "optimizer",
): void {
  if (headInput !== "features")
    throw invalid(where, "sgd or adamw", note(`"exact": the head of ${name} is not linear`));
}

interface Data {
  rows: Float32Array[];
  labels: number[];
  /** Of mean 1, so that C means the same whatever the domains' sizes. */
  weights: number[];
}

async function dataOf(model: Model, on: readonly WeightedImages[]): Promise<Data> {
  const count = on.reduce((sum, { images }) => sum + images.items.length, 0);
  const total = on.reduce((sum, { weight }) => sum + weight, 0);
  const data: Data = { rows: [], labels: [], weights: [] };
  for (const { images, weight } of on) {
    const { items } = images;
    data.rows.push(...(await pooledFeatures(model, images)));
    data.labels.push(...classIndices(items, model.classes));
    data.weights.push(...items.map(() => (weight / total) * (count / items.length)));
  }
  return data;
}

/** Features as the regression sees them, and its scores as a head for the features as they are. */
interface Scaled {
  scaled: Float32Array[];
  unscale(fitted: SoftmaxRegression): SoftmaxRegression;
}

/** Each row at norm 1. */
function normalise(rows: readonly Float32Array[]): Scaled {
  const norms = rows.map((row) => Math.sqrt(row.reduce((sum, v) => sum + v * v, 0)) || 1);
  const mean = norms.reduce((a, b) => a + b, 0) / rows.length;
  return {
    scaled: rows.map((row, i) => row.map((v) => v / norms[i]!)),
    unscale: ({ weights, biases }) => ({ weights: weights.map((w) => w.map((v) => v / mean)), biases }),
  };
}

/** Keeps channels that are all but constant from being blown up. */
const SMALLEST_DEVIATION = 1e-6;

/** Each channel with mean 0 and deviation 1. */
function standardise(rows: readonly Float32Array[]): Scaled {
  const width = rows[0]!.length;
  const mean = new Float64Array(width);
  for (const row of rows) for (let j = 0; j < width; j++) mean[j]! += row[j]! / rows.length;
  const variance = new Float64Array(width);
  for (const row of rows)
    for (let j = 0; j < width; j++) variance[j]! += (row[j]! - mean[j]!) ** 2 / rows.length;
  const deviation = variance.map((v) => Math.max(Math.sqrt(v), SMALLEST_DEVIATION));
  return {
    scaled: rows.map((row) => row.map((v, j) => (v - mean[j]!) / deviation[j]!)),
    unscale: (fitted) => unstandardise(fitted, mean, deviation),
  };
}

/** w · (x − mean) / deviation + b as weights and bias for x. */
function unstandardise(
  { weights, biases }: SoftmaxRegression,
  mean: Float64Array,
  deviation: Float64Array,
): SoftmaxRegression {
  const unscaled = weights.map((w) => w.map((v, j) => v / deviation[j]!));
  const shift = unscaled.map((w) => w.reduce((sum, v, j) => sum + v * mean[j]!, 0));
  return { weights: unscaled, biases: biases.map((b, k) => b - shift[k]!) };
}

/** The model with these scores for a head. */
function withHeadOf(model: Model, { weights, biases }: SoftmaxRegression): Model {
  const [weightName, biasName] = Object.keys(headSpecs(model.card, model.network)) as [string, string];
  const weight = model.weights[weightName]!;
  const data = new Float32Array(weight.data.length);
  weights.forEach((row, k) => {
    data.set(row, k * row.length);
  });
  const bias = { ...model.weights[biasName]!, data: Float32Array.from(biases) };
  return { ...model, weights: { ...model.weights, [weightName]: { ...weight, data }, [biasName]: bias } };
}
