/** What a k-shot arm says of the target after other draws of its k labels: the spread of the k curve. */
import { subset } from "../../../adapt/images/images.js";
import { predict } from "../../../adapt/inference/predict.js";
import { type DrawnClasses, writeDraws } from "../../../eval/predictions/draws.js";
import { predictedClass } from "../../shared/predicted-class.js";
import { drawShots } from "../source/shots.js";
import { drawsFile } from "../store/store.js";
import type { RunContext } from "./context.js";
import type { PhaseInputs, TrainedArm } from "./phase-work.js";
import { trainPhases } from "./phases.js";

/**
 * Fits the arm to each draw after the first, from where the first began, and writes what each predicts of the target.
 * @param start what the arm's phases begin with
 */
export async function predictDraws(
  start: Pick<TrainedArm, "model" | "folds">,
  inputs: PhaseInputs,
  folder: string,
  { target, plan }: RunContext,
): Promise<void> {
  const { arm, seed } = inputs;
  const predicted: DrawnClasses["predicted"] = [];
  for (let draw = 1; draw < (arm.draws ?? 1); draw++) {
    const shots = subset(target.train, drawShots(target.train.items, arm.k!, seed, draw));
    const { model } = await trainPhases(start, { ...inputs, shots, keepFolds: false, on: () => undefined });
    const { classes, rows } = await predict(model, target.test);
    predicted.push(rows.map((row) => classes[predictedClass(row)]!));
  }
  if (predicted.length === 0) return;
  const ids = target.test.items.map(({ id }) => id);
  await writeDraws(drawsFile(folder, plan.target.dataset), { ids, predicted });
}
