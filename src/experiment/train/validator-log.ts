/** What label-free validators say of a method's checkpoints. */
import type { Model } from "../../../adapt/backbones/model.js";
import { type LabeledImages, withoutLabels } from "../../../adapt/images/images.js";
import { predict } from "../../../adapt/inference/predict.js";
import type { Checkpoint } from "../../../eval/statistics/regret.js";
import { validatorScores } from "../../../eval/statistics/validators.js";
import { predictedClass } from "../../shared/predicted-class.js";
import type { Predictions } from "../../shared/types.js";

export interface ValidatorLog {
  add(model: Model): Promise<void>;
  /** One record a checkpoint, as JSON lines. */
  lines(): string;
}

/**
 * Opens a log over held-out source images and the target's training images. The accuracy on target labels that stands
 * beside the validators is analysis after the fact; nothing is chosen with it.
 */
export function openValidatorLog(heldOut: LabeledImages, target: LabeledImages): ValidatorLog {
  const checkpoints: Checkpoint[] = [];
  return {
    add: async (model) => {
      const unlabelled = await predict(model, withoutLabels(target));
      const sourceAccuracy = shareCorrect(await predict(model, heldOut), heldOut);
      const scores = { ...validatorScores(unlabelled), sourceAccuracy };
      const epoch = checkpoints.length + 1;
      checkpoints.push({ epoch, scores, accuracy: shareCorrect(unlabelled, target) });
    },
    lines: () => checkpoints.map((checkpoint) => `${JSON.stringify(checkpoint)}\n`).join(""),
  };
}

function shareCorrect({ classes, rows }: Predictions, { items }: LabeledImages): number {
  const correct = rows.filter((row, i) => classes[predictedClass(row)] === items[i]!.label);
  return correct.length / rows.length;
}
