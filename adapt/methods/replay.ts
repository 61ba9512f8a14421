/** Fine-tuning on the target labels that a track may see, with synthetic images mixed in so that they are not forgotten. */
import * as tf from "@tensorflow/tfjs";
import { crossEntropy } from "../losses/cross-entropy.js";
import type { Objective } from "../training/objective.js";
import { type JointOptions, jointCut, trainJointly } from "./joint.js";
import type { LabelledInput, Method } from "./method.js";

/** Cross entropy on the training images, plus `weight` times that on the replayed ones. */
export const withReplay = (weight: number): Objective => ({
  loss: (step) => {
    const [fresh, replayed] = [step.data(), step.replay()];
    const onReplay = crossEntropy(replayed.logits, replayed.labels);
    return tf.add(crossEntropy(fresh.logits, fresh.labels), tf.mul(weight, onReplay));
  },
});

const replayMethod = (
  name: string,
  track: "k-shot" | "full",
  options: JointOptions,
): Method<LabelledInput> => ({
  name,
  track,
  needs: { source: "labels", target: "labels" },
  reference: "Rolnick et al., Experience Replay for Continual Learning, NeurIPS 2019, section 3",
  cut: jointCut(options),
  run: ({ model, source, target, seed, onCheckpoint }) =>
    trainJointly(
      { model, data: target, replay: source, seed, objective: withReplay(options.weight ?? 1), onCheckpoint },
      options,
    ),
});

/** On a few labels a class. */
export const fewShot = (options: JointOptions = {}) => replayMethod("few-shot", "k-shot", options);

/** On every target label. */
export const fineTuning = (options: JointOptions = {}) => replayMethod("fine-tuning", "full", options);
