/** What no backbone or target of an experiment can serve, refused before any work starts. */
import type { BackboneCard } from "../../../adapt/backbones/card.js";
import { checkLinearHead } from "../../../adapt/training/exact-head.js";
import { invalid, note } from "../../shared/errors.js";
import { drawShots } from "../source/shots.js";
import type { Target } from "../source/target.js";
import type { Arm } from "../spec/experiment.js";
import { learns, learnsOn } from "../spec/phases.js";
import type { ArmPhase } from "../spec/schema.js";

export function checkArm(arm: Arm, target: Pick<Target, "train" | "origin">, card: BackboneCard): void {
  const where = `arms.${arm.name}`;
  const needsLabels = arm.phases.some((phase) => learnsOn(phase, "target"));
  if (needsLabels && target.train.length === 0)
    throw invalid(where, "a target with a labelled train split", note(target.origin));
  if (arm.method && target.train.length === 0)
    throw invalid(where, "a target with a train split", note(target.origin));
  if (arm.track === "k-shot") drawShots(target.train, arm.k!, 0);
  for (const [i, phase] of arm.phases.entries()) checkPhase(phase, `${where}.phases.${i}`, card);
  const from = arm.method?.options?.from;
  if (typeof from === "string") checkStage(from, `${where}.method.${arm.method!.name}.from`, card);
}

function checkPhase(phase: ArmPhase, where: string, card: BackboneCard): void {
  if (!learns(phase)) return;
  if (phase.optimizer === "exact") checkLinearHead(card, `${where}.optimizer`);
  if (typeof phase.train === "object") checkStage(phase.train.from, `${where}.train.from`, card);
}

/** The same of a stand-in that is not rendered yet: its images are of every class equally many. */
export function checkShots({ name, track, k }: Arm, images: number, classes: number): void {
  const each = Math.ceil(images / classes);
  if (track === "k-shot" && k! > each)
    throw invalid(`arms.${name}.k`, `at most the ${each} images a class of the target`, k);
}

function checkStage(stage: string, where: string, card: BackboneCard): void {
  if (!card.stages.includes(stage)) throw invalid(where, `a stage of ${card.name}`, stage);
}
