/**
 * TENT: the scales and shifts of BatchNorms learn until target predictions are sure, normalised by the batch. The paper
 * keeps normalising by the batch at test time; here the statistics are the target's afterwards, so that the checkpoint
 * answers one image at a time.
 */

import { parametersOf } from "../layers/network.js";
import { meanEntropy } from "../losses/entropy.js";
import { type Phase, trainPhase } from "../training/train.js";
import { withStatisticsOf } from "./adabn.js";
import type { Method } from "./method.js";

export interface TentOptions {
  /** The stage from which BatchNorms learn; the first where left out. */
  from?: string;
  epochs?: number;
  lr?: number;
  batch?: number;
}

export const tent = ({ from, epochs = 2, lr = 1e-3, batch = 32 }: TentOptions = {}): Method => ({
  name: "tent",
  track: "unlabelled",
  needs: { source: "nothing", target: "images", batchNorm: "statistics" },
  reference: "Wang et al., Tent: Fully Test-Time Adaptation by Entropy Minimization, ICLR 2021, section 3",
  cut: (card) => from ?? card.stages[0]!,
  run: async ({ model, target, seed, onCheckpoint }) => {
    const specs = parametersOf(model.network);
    const phase: Phase = {
      train: { from: target.activations.cut },
      lr,
      epochs,
      batch,
      optimizer: { name: "adamw", weightDecay: 0 },
      batchNorm: "training",
    };
    const { model: sure } = await trainPhase(model, {
      target,
      phase,
      seed,
      objective: { loss: (step) => meanEntropy(step.target("training").logits) },
      trains: (name) => name.replace(/\.(weight|bias)$/, ".running_mean") in specs,
    });
    const adapted = withStatisticsOf(sure, target);
    await onCheckpoint?.(adapted);
    return adapted;
  },
});
