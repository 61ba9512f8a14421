/** What every arm of a seed works with. */
import type { Backbone } from "../../../adapt/backbones/load.js";
import type { LabeledImages, UnlabeledImages } from "../../../adapt/images/images.js";
import type { Plan } from "../plan/plan.js";
import type { OnEvent } from "../spec/events.js";

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
}

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
