/** What no backbone or target of an experiment can serve, refused before any work starts. */
import type { BackboneCard } from "../../../adapt/backbones/card.js";
import { invalid, note } from "../../shared/errors.js";
import { drawShots } from "../source/shots.js";
import type { Target } from "../source/target.js";
import type { Arm } from "../spec/experiment.js";

export function checkArm(arm: Arm, target: Target, card: BackboneCard): void {
  const where = `arms.${arm.name}`;
  const needsLabels = arm.phases.some((phase) => phase.on === "target");
  if (needsLabels && target.train.length === 0)
    throw invalid(where, "a target with a labelled train split", note(target.origin));
  if (arm.method && target.train.length === 0)
    throw invalid(where, "a target with a train split", note(target.origin));
  if (arm.track === "k-shot") drawShots(target.train, arm.k!, 0);
  for (const [i, { train }] of arm.phases.entries())
    if (typeof train === "object") checkStage(train.from, `${where}.phases.${i}.train.from`, card);
  const from = arm.method?.options?.from;
  if (typeof from === "string") checkStage(from, `${where}.method.${arm.method!.name}.from`, card);
}

function checkStage(stage: string, where: string, card: BackboneCard): void {
  if (!card.stages.includes(stage)) throw invalid(where, `a stage of ${card.name}`, stage);
}
