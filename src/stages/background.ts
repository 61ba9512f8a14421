/**
 * The background-only check of a seed: a head learns as the source-only arm does, but from renders whose subjects are
 * hidden. What it gets right, the surroundings give away.
 */
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { withHead } from "../../adapt/backbones/model.js";
import { predict } from "../../adapt/inference/predict.js";
import { writePredictions } from "../../eval/predictions.js";
import type { Arm, SceneSource } from "../config/experiment.js";
import { say } from "../shared/progress.js";
import type { UnlabeledItem } from "../shared/types.js";
import type { Bench } from "./arms.js";
import { planScene } from "./sources.js";
import { backgroundPredictions, predictionsFile, runFolder, SOURCE_PREDICTIONS } from "./store.js";
import { trainArm } from "./train.js";

/** The arm whose training the check repeats, and in whose folders its predictions stand. */
export const backgroundArm = (arms: readonly Arm[]): Arm | undefined =>
  arms.find((arm) => arm.track === "source-only" && !arm.from);

/** Whether the check of a run folder is done. */
export const isBackgroundChecked = (folder: string, dataset: string): boolean =>
  existsSync(predictionsFile(folder, backgroundPredictions(dataset)));

/** Renders the scene without its subjects, trains on that and predicts held-out renders of it and the target. */
export async function checkBackground(arm: Arm, scene: SceneSource, bench: Bench): Promise<void> {
  const { out, seed, backbone, target, features } = bench;
  say(`seed ${seed}: background-only check`);
  const hidden = await (await planScene(scene, seed, out, { subject: "hidden" })).open();
  const start = { model: withHead(backbone, hidden.classes, seed), folds: null };
  const folder = runFolder(out, bench.configOf(arm));
  const state = join(folder, "background-state");
  const { model } = await trainArm(start, {
    arm,
    seed,
    features,
    source: hidden,
    shots: [],
    pretrained: backbone.weights,
    keepFolds: false,
    state,
  });
  await rm(state, { recursive: true, force: true });
  const write = async (name: string, items: readonly (UnlabeledItem & { label?: string })[]) => {
    const { headStage } = backbone.card;
    const examples = { items, activations: await features.of(items, headStage, model, "evaluation") };
    const rows = predict(model, examples).map(({ id, p }, i) => {
      const { split, label } = items[i]!;
      return { id, split, label: label ?? null, p };
    });
    const dataset = backgroundPredictions(name);
    await writePredictions(predictionsFile(folder, dataset), { dataset, classes: [...model.classes], rows });
  };
  await write(SOURCE_PREDICTIONS, hidden.val);
  await write(target.dataset, target.test); // last: it says that the check is done
}
