/** What the phases of an arm work with, and what they leave. */
import type { Model } from "../../../adapt/backbones/model.js";
import type { LabeledImages } from "../../../adapt/images/images.js";
import type { EpochRecord } from "../../../adapt/training/history.js";
import type { LabeledItem } from "../../shared/types.js";
import type { OnEvent } from "../spec/events.js";
import type { Arm } from "../spec/experiment.js";
import { FOLDS } from "../spec/phases.js";
import type { DescentPhase } from "../spec/schema.js";
import type { SourceImages } from "./context.js";

/** A trained arm: its model, and the models of its folds, which never saw their held-out images. */
export interface TrainedArm {
  model: Model;
  /** One a fold; null while no target label was used, or where there are no folds. */
  folds: Model[] | null;
  history: (EpochRecord & { phase: string })[];
  /** The epoch kept of each phase. */
  epochs: number[];
  /** How the epochs were chosen, one clause a phase. */
  selection: string[];
}

export interface PhaseInputs {
  arm: Arm;
  seed: number;
  source: SourceImages;
  /** The labelled target images that the track may see. */
  shots: LabeledImages;
  /** Whether another arm starts from this one's folds. */
  keepFolds: boolean;
  /** A finished arm that this one starts from. */
  ancestor(name: string): Promise<Pick<TrainedArm, "model" | "folds">>;
  /** Folder where phases keep their state between epochs. */
  state: string;
  on: OnEvent;
  /** Names every parameter that is learned. */
  verbose?: boolean;
}

/** A phase at work: what to train with, and where its state goes. */
export interface PhaseAtWork<P = DescentPhase> extends PhaseInputs {
  phase: P;
  /** Whether a later phase or arm continues from the folds. */
  foldsContinue: boolean;
  /** The state file of one of the phase's trainings. */
  stateOf(training: string): string;
}

export interface PhaseResult {
  model: Model;
  folds: Model[] | null;
  history: EpochRecord[];
  epoch: number;
  selection: string;
}

/** Five, or as many as the smallest class has images. */
export function foldCount(items: readonly LabeledItem[]): number {
  const counts = new Map<string, number>();
  for (const { label } of items) counts.set(label, (counts.get(label) ?? 0) + 1);
  return Math.min(FOLDS, ...counts.values());
}
