/** What a training step minimises, and what it may look at to do so. */
import type * as tf from "@tensorflow/tfjs-core";
import type { ParameterSpecs, Params, Weights } from "../layers/parameters.js";
import { crossEntropy } from "../losses/cross-entropy.js";
import type { Progress } from "./schedule.js";

/** What the network says of a batch. */
export interface Outputs {
  /** What enters the head: [batch, channels], or [batch, height, width, channels] for a convolutional head. */
  features: tf.Tensor;
  /** [batch, classes]. */
  logits: tf.Tensor2D;
}

export interface LabeledOutputs extends Outputs {
  /** Class indices, [batch]. */
  labels: tf.Tensor1D;
}

/** One step. Each function runs the network over a batch of this step; target images come without labels. */
export interface Step {
  /** The training images. */
  data(): LabeledOutputs;
  /** Labelled images of the other domain, mixed in so that they are not forgotten. */
  replay(): LabeledOutputs;
  /** The unlabelled target images, under the evaluation view or a training view; the same images for both. */
  target(view: "evaluation" | "training"): Outputs;
  /** Parameters of the objective's own, as they are now. */
  own: Params;
  progress: Progress;
}

/** What a step minimises: a function of what the network says of its batches. */
export interface Objective {
  /** What tells it from another one, as JSON; a phase whose objective has none starts anew after a kill. */
  key?: unknown;
  /** The loss of a step, a scalar. */
  loss(step: Step): tf.Tensor;
  /** Parameters of its own that train along at the phase's rate, such as a discriminator's; they are dropped after. */
  own?: { specs: ParameterSpecs; weights: Weights };
}

/** Cross entropy on the training images. */
export const supervised: Objective = {
  key: "cross-entropy",
  loss: ({ data }) => {
    const { logits, labels } = data();
    return crossEntropy(logits, labels);
  },
};
