/** How much of an arm's training is below the head, which is what takes time. */
import type { AnyMethod } from "../../../adapt/methods/method.js";
import type { Arm } from "../spec/experiment.js";
import { FOLDS, learns, learnsOn } from "../spec/phases.js";
import type { ArmPhase } from "../spec/schema.js";

/** Images that an arm may learn from, by domain. */
export interface ImageCounts {
  source: number;
  target: number;
  classes: number;
}

/**
 * Images times epochs that an arm trains below its head: an upper bound, 0 for one that trains its head alone. Of a
 * method of one's own nothing is known.
 */
export function stepsOf(arm: Arm, images: ImageCounts): number {
  const target = arm.track === "k-shot" ? Math.min(images.target, arm.k! * images.classes) : images.target;
  const phases = arm.phases.reduce((sum, phase) => sum + stepsOfPhase(phase, { ...images, target }), 0);
  return phases + (arm.method ? stepsOfMethod(arm.method, images) : 0);
}

/** Epochs of target labels are chosen by folds: each trains the whole schedule, and up to the choice once more. */
const TRAININGS_BY_FOLDS = 1 + 2 * FOLDS;

function stepsOfPhase(phase: ArmPhase, { source, target }: ImageCounts): number {
  if (!learns(phase) || phase.optimizer === "exact" || phase.train === "head") return 0;
  const [onSource, onTarget] = [learnsOn(phase, "source"), learnsOn(phase, "target")];
  const leading = onTarget ? target : source;
  const trainings = onTarget && phase.select !== "last" ? TRAININGS_BY_FOLDS : 1;
  return phase.epochs * trainings * leading * (onSource && onTarget ? 2 : 1);
}

/** What methods of the registry call how long they train. */
interface Lengths {
  from?: unknown;
  epochs?: number;
  steps?: number;
  batch?: number;
  shares?: readonly number[];
}

function stepsOfMethod({ options, needs }: AnyMethod, { source, target }: ImageCounts): number {
  const { from, epochs, steps, batch = 1, shares = [1] }: Lengths = options ?? {};
  if (typeof from !== "string" && needs.batchNorm === undefined) return 0;
  if (epochs === undefined) return 2 * (steps ?? 0) * batch;
  return epochs * shares.length * (source + target);
}
