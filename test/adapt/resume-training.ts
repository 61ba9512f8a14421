/** One training with everything that has state: AdamW's moments, a discriminator, moving statistics, a chosen epoch. */
import { setTimeout } from "node:timers/promises";
import * as tf from "@tensorflow/tfjs-core";
import { useBackend } from "../../adapt/backend/backend.js";
import { domainLoss, reverseGradient } from "../../adapt/losses/adversarial.js";
import { crossEntropy } from "../../adapt/losses/cross-entropy.js";
import { discriminator } from "../../adapt/methods/discriminator.js";
import { featureRows } from "../../adapt/methods/feature-rows.js";
import { lowestValLoss } from "../../adapt/training/criteria.js";
import type { Objective, Outputs } from "../../adapt/training/objective.js";
import { cosine, discriminative, shaped } from "../../adapt/training/schedule.js";
import { type Trained, train } from "../../adapt/training/train.js";
import type { TrainOptions } from "../../adapt/training/train-options.js";
import { clouds } from "./made-up.js";
import { maps, tinyModel, unlabelled, WIDTH } from "./tiny.js";

export const EPOCHS = 8;

/**
 * @param state the file between epochs; none keeps no state
 * @param changes what is other in the phase
 * @param pretrained what its weights are pulled to
 */
export async function trainForResume(
  state: string | undefined,
  onEpoch: (epoch: number) => void = () => {},
  changes: Partial<TrainOptions> = {},
  pretrained = tinyModel().weights,
): Promise<Trained> {
  await useBackend();
  const model = { ...tinyModel(), pretrained: { weights: pretrained, path: "formula" } };
  return train(model, {
    on: maps("source", 40, clouds, [0, 1, 2]),
    target: unlabelled(maps("target", 30, clouds, [0, 1, 2])),
    validation: maps("val", 20, clouds),
    train: { from: "features" },
    lr: 0.05,
    epochs: EPOCHS,
    optimizer: { name: "adamw" },
    schedule: shaped(discriminative(0.05, 0.5), cosine),
    batchNorm: "training",
    l2sp: { alpha: 0.01, beta: 0.01 },
    objective: adversarial(0.5),
    seed: 0,
    select: lowestValLoss,
    ...changes,
    resume: state,
    onEpoch: async ({ epoch }) => {
      onEpoch(epoch);
      if (state) await setTimeout(30); // leaves a killer the time to act
    },
  });
}

/** @param key what it is told by; null gives it none */
export function adversarial(weight: number, key: unknown = { adversarial: weight }): Objective {
  const { own, judge } = discriminator(WIDTH, 0);
  const judged = (params: Parameters<typeof judge>[0], outputs: Outputs) =>
    judge(params, reverseGradient(featureRows(outputs), weight));
  return {
    ...(key === null ? {} : { key }),
    own,
    loss: (step) => {
      const source = step.data();
      const confusion = domainLoss(judged(step.own, source), judged(step.own, step.target("training")));
      return tf.add(crossEntropy(source.logits, source.labels), confusion) as tf.Scalar;
    },
  };
}
