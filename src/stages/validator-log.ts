/** What label-free validators say of a method's checkpoints. */

import type { Model } from "../../adapt/backbones/model.js";
import type { Examples, UnlabeledExamples } from "../../adapt/images/examples.js";
import { type Probabilities, predict } from "../../adapt/inference/predict.js";
import type { Checkpoint } from "../../eval/regret.js";
import { validatorScores } from "../../eval/validators.js";

export interface ValidatorLog {
  add(model: Model): void;
  /** One record a checkpoint, as JSON lines. */
  lines(): string;
}

/**
 * Opens a log over held-out source images and the target's training images. The accuracy on target labels that stands
 * beside the validators is analysis after the fact; nothing is chosen with it.
 */
export function openValidatorLog(heldOut: Examples, target: UnlabeledExamples, truth: Labels): ValidatorLog {
  const checkpoints: Checkpoint[] = [];
  const sourceTruth: Labels = new Map(heldOut.items.map(({ id, label }) => [id, label]));
  return {
    add: (model) => {
      const rows = predict(model, target);
      const unlabelled = rows.map((row) => ({ ...row, split: "train", label: null }));
      const sourceAccuracy = accuracy(model, predict(model, heldOut), sourceTruth);
      const scores = { ...validatorScores({ rows: unlabelled }), sourceAccuracy };
      checkpoints.push({ epoch: checkpoints.length + 1, scores, accuracy: accuracy(model, rows, truth) });
    },
    lines: () => checkpoints.map((checkpoint) => `${JSON.stringify(checkpoint)}\n`).join(""),
  };
}

/** Class by image. */
export type Labels = ReadonlyMap<string, string>;

function accuracy({ classes }: Model, rows: readonly Probabilities[], truth: Labels): number {
  const right = rows.filter(({ id, p }) => classes[p.indexOf(Math.max(...p))] === truth.get(id));
  return right.length / rows.length;
}
