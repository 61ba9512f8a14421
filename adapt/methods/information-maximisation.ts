/**
 * SHOT's information maximisation: with the head held and no source image, what comes before it learns until target
 * predictions are sure, and spread over the classes.
 */
import { informationMaximisation as loss } from "../losses/entropy.js";
import { type JointOptions, jointCut, trainJointly } from "./joint.js";
import type { Method } from "./method.js";

export const informationMaximisation = (options: JointOptions = {}): Method => ({
  name: "information-maximisation",
  track: "unlabelled",
  needs: { source: "nothing", target: "images" },
  reference: "Liang, Hu & Feng, Do We Really Need to Access the Source Data?, ICML 2020, equation 3",
  cut: jointCut(options),
  run: ({ model, target, seed, onCheckpoint }) =>
    trainJointly(
      {
        model,
        target,
        seed,
        objective: { loss: (step) => loss(step.target("training").logits) },
        freezeHead: true,
        onCheckpoint,
      },
      options,
    ),
});
