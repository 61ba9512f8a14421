/**
 * CORAL in closed form: target features are whitened with the target's covariance and coloured with the source's. The
 * paper moves the source and trains a classifier on it; for a linear head, moving the target the other way is the same
 * map seen from the other side, so it is folded into the trained head.
 */
import { z } from "zod";
import { pooledFeatures } from "../inference/predict.js";
import { weight } from "../training/bounds.js";
import { dot, foldIntoHead, meanOfRows } from "./head-input.js";
import { powerTimes } from "./matrix-power.js";
import { defineMethod, type UnlabelledInput } from "./method.js";

const coralOptions = z.strictObject({
  /** What is added to both covariances' diagonals, in units of the larger mean variance of a channel. */
  ridge: weight.default(1),
});

/**
 * CORAL in closed form, on the head's input. On the train photographs of hymenoptera, two seeds of 1,000 renders, source-only
 * .967 and .939: .844 and .857, a loss, for 244 images do not tell the covariance of 1,280 channels. A ridge of 10 gives
 * .914 and .914, of 100 .955 and .934, of 1,000 .971 and .939; the default is the paper's, for none was chosen by labels.
 */
export const coral = defineMethod<UnlabelledInput, typeof coralOptions>("coral", coralOptions, (options) => ({
  track: "unlabelled",
  needs: { source: "labels", target: "images" },
  reference: "Sun, Feng & Saenko, Return of Frustratingly Easy Domain Adaptation, AAAI 2016, algorithm 1",
  run: async ({ model, source, target }) => {
    const [s, t] = (await Promise.all([source, target].map((images) => pooledFeatures(model, images)))).map(
      centre,
    );
    const ridge = options.ridge * Math.max(s!.meanVariance, t!.meanVariance);
    // (C_s + ridge I)^½ (C_t + ridge I)^-½ in front of a centred target feature; here its transpose on a row.
    const transposed = (row: Float32Array): Float32Array => {
      const coloured = powerTimes(covarianceTimes(s!, ridge), 1 / 2, Float64Array.from(row));
      return Float32Array.from(powerTimes(covarianceTimes(t!, ridge), -1 / 2, coloured));
    };
    const turned = powerTimes(
      covarianceTimes(s!, ridge),
      1 / 2,
      powerTimes(covarianceTimes(t!, ridge), -1 / 2, t!.mean),
    );
    return foldIntoHead(model, { transposed, shift: s!.mean.map((m, k) => m - turned[k]!) });
  },
}));

interface Centred {
  mean: Float64Array;
  rows: Float64Array[];
  /** Mean over channels. */
  meanVariance: number;
}

function centre(rows: readonly Float32Array[]): Centred {
  const mean = meanOfRows(rows);
  const centred = rows.map((row) => Float64Array.from(row, (v, k) => v - mean[k]!));
  const total = centred.reduce((sum, row) => sum + dot(row, row), 0);
  return { mean, rows: centred, meanVariance: total / rows.length / mean.length };
}

/**
 * v -> (C + ridge I) v. The paper adds the identity to the covariances of features of unit variance, of which there are
 * fewer than images there.
 */
const covarianceTimes =
  ({ rows }: Centred, ridge: number) =>
  (v: Float64Array): Float64Array => {
    const result = v.map((x) => x * ridge);
    for (const row of rows) {
      const along = dot(row, v) / (rows.length - 1);
      for (let k = 0; k < result.length; k++) result[k]! += along * row[k]!;
    }
    return result;
  };
