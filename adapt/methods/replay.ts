/** Fine-tuning on the target labels that a track may see, with synthetic images mixed in so that they are not forgotten. */
import * as tf from "@tensorflow/tfjs-core";
import { crossEntropy } from "../losses/cross-entropy.js";
import type { Objective } from "../training/objective.js";
import { jointOptions, trainJointly } from "./joint.js";
import { defineMethod, type LabelledInput } from "./method.js";

/** Cross entropy on the training images, plus `weight` times that on the replayed ones. */
export const withReplay = (weight: number): Objective => ({
  key: { replay: weight },
  loss: (step) => {
    const [fresh, replayed] = [step.data(), step.replay()];
    const onReplay = crossEntropy(replayed.logits, replayed.labels);
    return tf.add(crossEntropy(fresh.logits, fresh.labels), tf.mul(weight, onReplay));
  },
});

const replayMethod = (name: string, track: "k-shot" | "full") =>
  defineMethod<LabelledInput, typeof jointOptions>(name, jointOptions, (options) => ({
    track,
    needs: { source: "labels", target: "labels" },
    reference: "Rolnick et al., Experience Replay for Continual Learning, NeurIPS 2019, section 3",
    run: ({ model, source, target, seed, onCheckpoint }) => {
      const objective = withReplay(options.weight);
      return trainJointly({ model, on: target, replay: source, seed, objective, onCheckpoint }, options);
    },
  }));

/** On a few labels a class. */
export const fewShot = replayMethod("few-shot", "k-shot");

/** On every target label. */
export const fineTuning = replayMethod("fine-tuning", "full");
