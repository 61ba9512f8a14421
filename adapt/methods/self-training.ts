/**
 * Class-balanced self-training: the model labels the target images it is surest of, the same number for each class,
 * learns from them, and takes in more of them round by round.
 */
import { z } from "zod";
import { invalid } from "../../src/shared/errors.js";
import type { PredictionRow } from "../../src/shared/types.js";
import type { Model } from "../backbones/model.js";
import { type LabeledImages, subset, type UnlabeledImages, withoutLabels } from "../images/images.js";
import { predict } from "../inference/predict.js";
import { train } from "../training/train.js";
import { defineMethod, type UnlabelledInput } from "./method.js";

const selfTrainingOptions = z.strictObject({
  /** Share of the target images that is taken in, round by round. */
  shares: z.array(z.number().positive().max(1)).min(1).default([0.2, 0.4, 0.6, 0.8, 0.8]),
  /** Trains every stage from this one on; the head alone where left out. */
  from: z.string().optional(),
  lr: z.number().positive().default(1e-3),
  /** Of each round. */
  epochs: z.int().min(1).default(10),
});

/** Class-balanced self-training: `shares` of the target by round, each learned for `epochs` at `lr`. */
export const selfTraining = defineMethod<UnlabelledInput, typeof selfTrainingOptions>(
  "self-training",
  selfTrainingOptions,
  ({ shares, from, lr, epochs }) => ({
    track: "unlabelled",
    needs: { source: "nothing", target: "images" },
    reference: "Zou et al., Class-Balanced Self-Training, ECCV 2018, equation 4",
    run: async ({ model, target, seed, onCheckpoint }) => {
      const learns = from === undefined ? "head" : { from };
      refuseTooFew(target.items.length, model.classes.length, shares);
      let current = model;
      for (const share of shares) {
        const on = await pseudoLabelled(current, target, share);
        current = await train(current, { on, train: learns, lr, epochs, seed });
        await onCheckpoint?.(current);
      }
      return current;
    },
  }),
);

/** A round without images learns from nothing. */
function refuseTooFew(images: number, classes: number, shares: readonly number[]): void {
  const least = Math.ceil(classes / Math.min(...shares));
  if (images < least)
    throw invalid("self-training", `at least ${least} target images, one a class in every round`, images);
}

/** The surest images of each class, equally many, with the class for a label. */
export async function pseudoLabelled(
  model: Model,
  target: UnlabeledImages,
  share: number,
): Promise<LabeledImages> {
  const { rows } = await predict(model, withoutLabels(target));
  const labels = surestLabels(rows, model.classes, share);
  const items = new Map(target.items.map((item) => [item.id, item]));
  const labelled = [...labels].map(([id, label]) => ({ ...items.get(id)!, label }));
  return { ...subset(target, labelled), classes: [...model.classes] };
}

/** Classes by id; an image that two classes claim goes to the surer. */
function surestLabels(rows: readonly PredictionRow[], classes: readonly string[], share: number) {
  const each = Math.max(1, Math.floor((share * rows.length) / classes.length));
  const claims = classes.flatMap((label, c) =>
    rows
      .map(({ id, p }) => ({ id, label, p: p[c]! }))
      .sort((a, b) => b.p - a.p)
      .slice(0, each),
  );
  return new Map(claims.sort((a, b) => a.p - b.p).map(({ id, label }) => [id, label]));
}
