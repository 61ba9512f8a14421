/**
 * SHOT's information maximisation: with the head held and no source image, what comes before it learns until target
 * predictions are sure, and spread over the classes.
 */
import { informationMaximisation as loss } from "../losses/entropy.js";
import type { Objective } from "../training/objective.js";
import { jointOptions, trainJointly } from "./joint.js";
import { defineMethod, type UnlabelledInput } from "./method.js";

/**
 * SHOT's information maximisation; see {@link JointOptions}. No source image is looked at. On the train photographs
 * of hymenoptera, two seeds of 1,000 renders, source-only .967 and .939: .971 and .959.
 */
export const informationMaximisation = defineMethod<UnlabelledInput, typeof jointOptions>(
  "information-maximisation",
  jointOptions,
  (options) => ({
    track: "unlabelled",
    needs: { source: "nothing", target: "images" },
    reference: "Liang, Hu & Feng, Do We Really Need to Access the Source Data?, ICML 2020, equation 3",
    run: ({ source: _none, ...input }) => {
      const objective = { key: { name: "information-maximisation", options }, loss: lossOnTarget };
      return trainJointly({ ...input, objective, freezeHead: true }, options);
    },
  }),
);

const lossOnTarget: Objective["loss"] = (step) => loss(step.target("training").logits);
