/** What no backbone or target of an experiment can serve, refused before any work starts. */
import type { BackboneCard } from "../../../adapt/backbones/card.js";
import { checkLinearHead } from "../../../adapt/training/exact-head.js";
import { invalid, note } from "../../shared/errors.js";
import { drawShots } from "../source/shots.js";
import type { Target } from "../source/target.js";
import type { Arm } from "../spec/experiment.js";
import { learns, learnsOn } from "../spec/phases.js";
import type { ArmPhase } from "../spec/schema.js";

type TrainingImages = Pick<Target, "train" | "origin" | "classes">;

/** An arm on a target that is here. */
export function checkArm(arm: Arm, target: TrainingImages, card: BackboneCard): void {
  checkParts(arm, card);
  const where = `arms.${arm.name}`;
  const { train, origin, classes } = target;
  const needsLabels = arm.phases.some((phase) => learnsOn(phase, "target"));
  if (needsLabels && train.length === 0)
    throw invalid(where, "a target with a labelled train split", note(origin));
  if (arm.method && train.length === 0) throw invalid(where, "a target with a train split", note(origin));
  if (arm.track === "k-shot") drawShots(train, arm.k!, 0);
  checkUnlabelled(arm, train.length, classes.length);
}

/** The same of a stand-in that is not rendered yet: its images are of every class equally many. */
export function checkArmBefore(arm: Arm, images: number, classes: number, card: BackboneCard): void {
  checkParts(arm, card);
  const each = Math.ceil(images / classes);
  if (arm.track === "k-shot" && arm.k! > each)
    throw invalid(`arms.${arm.name}.k`, `at most the ${each} images a class of the target`, arm.k);
  checkUnlabelled(arm, images, classes);
}

/** Images that a method is to see without their labels: on the k-shot track those beside the labelled ones. */
function checkUnlabelled({ name, method, k = 0 }: Arm, images: number, classes: number): void {
  const { perClass = 0, rest } = method?.needs ?? {};
  const least = Math.ceil(classes * perClass);
  const found = rest ? images - k * classes : images;
  if (found < least)
    throw invalid(`arms.${name}.method`, `at least ${least} target images that have no label for it`, found);
}

/** The arm's own parts on a backbone. */
function checkParts(arm: Arm, card: BackboneCard): void {
  const where = `arms.${arm.name}`;
  for (const [i, phase] of arm.phases.entries()) checkPhase(phase, `${where}.phases.${i}`, card);
  const from = arm.method?.options?.from;
  if (typeof from === "string") checkStage(from, `${where}.method.${arm.method!.name}.from`, card);
}

function checkPhase(phase: ArmPhase, where: string, card: BackboneCard): void {
  if (!learns(phase)) return;
  if (phase.optimizer === "exact") checkLinearHead(card, `${where}.optimizer`);
  if (typeof phase.train === "object") checkStage(phase.train.from, `${where}.train.from`, card);
}

function checkStage(stage: string, where: string, card: BackboneCard): void {
  if (!card.stages.includes(stage)) throw invalid(where, `a stage of ${card.name}`, stage);
}
