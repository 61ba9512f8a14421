/** What every arm of a seed works with. */
import type { Backbone } from "../../../adapt/backbones/load.js";
import type { LabeledImages, UnlabeledImages } from "../../../adapt/images/images.js";
import type { Plan } from "../plan/plan.js";
import type { NamedAugmentation } from "../spec/augment.js";
import type { OnEvent } from "../spec/events.js";
import type { Arm } from "../spec/experiment.js";

/** The target as runs see it. */
export interface TargetImages {
  /** With labels: an arm is handed those that its track may see. */
  train: LabeledImages;
  /** The sealed test. */
  test: UnlabeledImages;
}

export interface SourceImages {
  train: LabeledImages;
  /** Held out. */
  val: LabeledImages;
  /** The training images under another augmentation; the same object for the same augmentation. */
  trainUnder(augment: NamedAugmentation): LabeledImages;
}

/** The source's training images as an arm's own phases train on them. */
export const sourceOf = ({ augment }: Pick<Arm, "augment">, source: SourceImages): LabeledImages =>
  augment ? source.trainUnder(augment) : source.train;

export interface RunContext {
  plan: Plan;
  seed: number;
  backbone: Backbone;
  source: SourceImages;
  target: TargetImages;
  on: OnEvent;
  /** Names every parameter that is learned. */
  verbose?: boolean;
}
