/**
 * The background-only check of a seed: a head learns as the source-only arm does, but from renders whose subjects are
 * hidden. What it gets right, the surroundings give away.
 */
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { withHead } from "../../../adapt/backbones/model.js";
import { subset, type UnlabeledImages } from "../../../adapt/images/images.js";
import { predict } from "../../../adapt/inference/predict.js";
import { writePredictions } from "../../../eval/predictions/csv.js";
import { hiddenSubjects, planScene } from "../source/source.js";
import type { Arm } from "../spec/experiment.js";
import type { SceneSource } from "../spec/schema.js";
import {
  backgroundPredictions,
  predictionsFile,
  recordFiles,
  runFolder,
  SOURCE_PREDICTIONS,
  sealedPredictionsFile,
} from "../store/store.js";
import type { RunContext } from "./context.js";
import { openSourceImages } from "./images.js";
import { trainPhases } from "./phases.js";

/** The arm whose training the check repeats, and in whose folders its predictions stand. */
export const backgroundArm = (arms: readonly Arm[]): Arm | undefined =>
  arms.find((arm) => arm.track === "source-only" && !arm.from);

/** Whether the check of a run folder is done. */
export const isBackgroundChecked = (folder: string, dataset: string): boolean =>
  [sealedPredictionsFile, predictionsFile].some((file) =>
    existsSync(file(folder, backgroundPredictions(dataset))),
  );

/** Renders the scene without its subjects, trains on that and predicts held-out renders of it and the target. */
export async function checkBackground(arm: Arm, scene: SceneSource, context: RunContext): Promise<void> {
  const { plan, seed, backbone, target, on } = context;
  on({ type: "note", text: `seed ${seed}: background-only check` });
  const hidden = await (await planScene(scene, seed, { ...plan, change: hiddenSubjects })).open(on);
  const source = openSourceImages(hidden, plan.experiment, on);
  const start = { model: withHead(backbone, hidden.classes, seed), folds: null };
  const folder = runFolder(plan.out, plan.configOf(arm, seed));
  const state = join(folder, "background-state");
  const shots = subset(target.train, []);
  const ancestor = async () => start; // a source-only arm starts from no other
  const inputs = { arm, seed, source, shots, keepFolds: false, ancestor, state, on };
  const { model } = await trainPhases(start, inputs);
  await rm(state, { recursive: true, force: true });
  const write = async (path: string, name: string, images: UnlabeledImages) =>
    writePredictions(path, await predict(model, { ...images, name: backgroundPredictions(name) }));
  const onSource = predictionsFile(folder, backgroundPredictions(SOURCE_PREDICTIONS));
  await write(onSource, SOURCE_PREDICTIONS, source.val);
  const { dataset, labelled } = plan.target;
  const onTarget = (labelled ? sealedPredictionsFile : predictionsFile)(
    folder,
    backgroundPredictions(dataset),
  );
  await write(onTarget, dataset, target.test); // last: it says that the check is done
  await recordFiles(folder, [onSource, onTarget]);
}
