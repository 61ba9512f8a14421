/** What label-free validators say of a method's checkpoints. */
import type { Model } from "../../../adapt/backbones/model.js";
import { type LabeledImages, withoutLabels } from "../../../adapt/images/images.js";
import { predict } from "../../../adapt/inference/predict.js";
import type { Checkpoint } from "../../../eval/statistics/regret.js";
import { validatorScores } from "../../../eval/statistics/validators.js";
import { writeAtomic } from "../../shared/files.js";
import { predictedClass } from "../../shared/predicted-class.js";
import { readCheckedLines } from "../../shared/schema.js";
import type { Predictions } from "../../shared/types.js";
import { checkpointSchema } from "../store/record.js";

export interface ValidatorLog {
  /** @param number the checkpoint's, from 1 on; one that was there already, and what followed it, is replaced */
  add(model: Model, number: number): Promise<void>;
  /** One record a checkpoint, as JSON lines. */
  lines(): string;
}

/**
 * Opens a log over held-out source images and the target's training images, kept in a file so that it goes on after a kill. The accuracy on target labels that stands
 * beside the validators is analysis after the fact; nothing is chosen with it.
 */
export async function openValidatorLog(
  heldOut: LabeledImages,
  target: LabeledImages,
  path: string,
): Promise<ValidatorLog> {
  const checkpoints = (await readCheckedLines(checkpointSchema, path)) as Checkpoint[];
  const lines = () => checkpoints.map((checkpoint) => `${JSON.stringify(checkpoint)}\n`).join("");
  return {
    add: async (model, number) => {
      const unlabelled = await predict(model, withoutLabels(target));
      const sourceAccuracy = shareCorrect(await predict(model, heldOut), heldOut);
      const scores = { ...validatorScores(unlabelled), sourceAccuracy };
      const checkpoint = { epoch: number, scores, accuracy: shareCorrect(unlabelled, target) };
      checkpoints.splice(number - 1, Number.POSITIVE_INFINITY, checkpoint);
      await writeAtomic(path, lines());
    },
    lines,
  };
}

function shareCorrect({ classes, rows }: Predictions, { items }: LabeledImages): number {
  const correct = rows.filter((row, i) => classes[predictedClass(row)] === items[i]!.label);
  return correct.length / rows.length;
}
