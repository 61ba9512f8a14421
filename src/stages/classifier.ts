/** A finished run as a classifier of any images. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { activations } from "../../adapt/activations.js";
import { useBackend } from "../../adapt/backend.js";
import { type Checkpoint, loadCheckpoint } from "../../adapt/checkpoint.js";
import { type Probabilities, predict, zeroTraining } from "../../adapt/predict.js";
import { readPredictions } from "../../eval/predictions.js";
import { userCache } from "../shared/roots.js";
import type { OnProgress, UnlabeledItem } from "../shared/types.js";
import { pretrainedBackbone } from "./backbone.js";
import { checkpointFile, predictionsFile, type RunRecord, readRun, SOURCE_PREDICTIONS } from "./store.js";

export interface Classifier {
  folder: string;
  record: RunRecord;
  classes: readonly string[];
  probabilities(items: readonly UnlabeledItem[], onProgress?: OnProgress): Promise<Probabilities[]>;
}

/** Opens a run's checkpoint, or for the zero-training bound the pretrained classifier itself. */
export async function openClassifier(folder: string): Promise<Classifier> {
  const record = await readRun(folder);
  await useBackend();
  const path = checkpointFile(folder);
  return existsSync(path) ? trained(folder, record, await loadCheckpoint(path)) : pretrained(folder, record);
}

const cacheDir = () => join(userCache(), "activations");

function trained(folder: string, record: RunRecord, model: Checkpoint): Classifier {
  const probabilities: Classifier["probabilities"] = async (items, onProgress) => {
    const options = {
      source: model,
      cut: model.card.headStage,
      views: [0],
      cacheDir: cacheDir(),
      onProgress,
    };
    return predict(model, { items, activations: await activations(items, options) });
  };
  return { folder, record, classes: model.classes, probabilities };
}

async function pretrained(folder: string, record: RunRecord): Promise<Classifier> {
  const backbone = await pretrainedBackbone(record.backbone.name);
  const { classes } = await readPredictions(predictionsFile(folder, SOURCE_PREDICTIONS));
  const probabilities: Classifier["probabilities"] = async (items, onProgress) => {
    const options = {
      source: backbone,
      cut: backbone.card.headStage,
      views: [0],
      cacheDir: cacheDir(),
      onProgress,
    };
    return zeroTraining(backbone, { items, activations: await activations(items, options) }, classes);
  };
  return { folder, record, classes, probabilities };
}
