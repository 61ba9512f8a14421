/** Fine-tuning on the target labels that a track may see, with synthetic images mixed in so that they are not forgotten. */
import * as tf from "@tensorflow/tfjs-core";
import { crossEntropy } from "../losses/cross-entropy.js";
import type { Objective } from "../training/objective.js";
import { jointOptions, trainJointly } from "./joint.js";
import { defineMethod, type LabelledInput } from "./method.js";

/** Weighted sum of the cross entropies on the training images and on those of the other domain. */
export const jointObjective = (weights: { data: number; replay: number }): Objective => ({
  key: { joint: weights },
  loss: (step) => {
    const [data, replay] = [step.data(), step.replay()].map(({ logits, labels }) =>
      crossEntropy(logits, labels),
    );
    return tf.add(tf.mul(weights.data, data!), tf.mul(weights.replay, replay!));
  },
});

const replayMethod = (name: string, track: "k-shot" | "full") =>
  defineMethod<LabelledInput, typeof jointOptions>(name, jointOptions, (options) => ({
    track,
    needs: { source: "labels", target: "labels" },
    reference: "Rolnick et al., Experience Replay for Continual Learning, NeurIPS 2019, section 3",
    run: ({ target, source, ...input }) => {
      const objective = jointObjective({ data: 1, replay: options.weight });
      return trainJointly({ ...input, on: target, replay: source, objective }, options);
    },
  }));

/** On a few labels a class. */
export const fewShot = replayMethod("few-shot", "k-shot");

/** On every target label. */
export const fineTuning = replayMethod("fine-tuning", "full");
