/**
 * Gives target features the source's mean and deviation, channel by channel: AdaBN moved behind the pooling, for
 * networks whose BatchNorms are folded. The head sees a feature f as (f - mean_t) * std_s / std_t + mean_s; that is an
 * affine map, so it is folded into the head and the checkpoint stays a plain network.
 */
import type { UnlabeledExamples } from "../examples.js";
import { headSpecs, type Model } from "../model.js";
import { pooledFeatures } from "../predict.js";
import type { Method } from "./method.js";

/** Keeps channels that are all but constant on the target from being blown up. */
const EPSILON = 1e-5;

export const featureStatistics: Method = {
  name: "feature-statistics",
  track: "unlabelled",
  needs: { source: "labels", target: "images" },
  reference:
    "Li et al., Adaptive Batch Normalization, Pattern Recognition 2018, equation 2, on pooled features",
  run: async ({ model, source, target }) =>
    foldIntoHead(model, momentsOf(model, source), momentsOf(model, target)),
};

interface Moments {
  mean: Float64Array;
  variance: Float64Array;
}

function momentsOf(model: Model, examples: UnlabeledExamples): Moments {
  const rows = pooledFeatures(model, examples);
  const channels = Array.from(rows[0]!.keys());
  const mean = Float64Array.from(channels, (k) => average(rows, (row) => row[k]!));
  const variance = Float64Array.from(channels, (k) => average(rows, (row) => (row[k]! - mean[k]!) ** 2));
  return { mean, variance };
}

const average = (rows: readonly Float32Array[], of: (row: Float32Array) => number): number =>
  rows.reduce((sum, row) => sum + of(row), 0) / rows.length;

function foldIntoHead(model: Model, source: Moments, target: Moments): Model {
  const [weightName, biasName] = Object.keys(headSpecs(model.card, model.network)) as [string, string];
  const weight = model.weights[weightName]!;
  const bias = model.weights[biasName]!;
  const scale = source.variance.map((v, k) => Math.sqrt((v + EPSILON) / (target.variance[k]! + EPSILON)));
  const shift = source.mean.map((m, k) => m - target.mean[k]! * scale[k]!);
  const width = scale.length;
  const scaled = { ...weight, data: weight.data.map((w, i) => w * scale[i % width]!) };
  const moved = bias.data.map(
    (b, c) => b + shift.reduce((sum, s, k) => sum + s * weight.data[c * width + k]!, 0),
  );
  const weights = { ...model.weights, [weightName]: scaled, [biasName]: { ...bias, data: moved } };
  return { ...model, weights };
}
