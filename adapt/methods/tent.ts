/**
 * TENT: the scales and shifts of BatchNorms learn until target predictions are sure, normalised by the batch. The paper
 * keeps normalising by the batch at test time; here the statistics are the target's afterwards, so that the checkpoint
 * answers one image at a time.
 */

import { z } from "zod";
import { parametersOf } from "../layers/network.js";
import { meanEntropy } from "../losses/entropy.js";
import { count, rate } from "../training/bounds.js";
import type { Objective } from "../training/objective.js";
import { train } from "../training/train.js";
import { withStatisticsOf } from "./adabn.js";
import { defineMethod, stateFile, type UnlabelledInput } from "./method.js";

const tentOptions = z.strictObject({
  /** The stage from which BatchNorms learn; the first where left out. */
  from: z.string().optional(),
  epochs: count.default(2),
  lr: rate.default(1e-3),
  batch: count.min(2).default(32),
});

/** TENT from the stage `from` on; batches of at least two. */
export const tent = defineMethod<UnlabelledInput, typeof tentOptions>("tent", tentOptions, (options) => ({
  track: "unlabelled",
  needs: { source: "nothing", target: "images", batchNorm: "statistics" },
  reference: "Wang et al., Tent: Fully Test-Time Adaptation by Entropy Minimization, ICLR 2021, section 3",
  run: async ({ model, target, seed, onCheckpoint, resume }) => {
    const { from = model.card.stages[0]!, epochs, lr, batch } = options;
    const specs = parametersOf(model.network);
    const sure = await train(model, {
      target,
      train: { from },
      lr,
      epochs,
      batch,
      optimizer: { name: "adamw", weightDecay: 0 },
      batchNorm: "training",
      seed,
      resume: stateFile(resume, "tent"),
      objective: { key: "tent", loss: entropyOfTarget },
      trains: (name) => name.replace(/\.(weight|bias)$/, ".running_mean") in specs,
    });
    const adapted = await withStatisticsOf(sure, target, from);
    await onCheckpoint?.(adapted, 1);
    return adapted;
  },
}));

const entropyOfTarget: Objective["loss"] = (step) => meanEntropy(step.target("training").logits);
