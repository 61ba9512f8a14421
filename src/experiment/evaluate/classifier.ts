/** A finished run as a classifier of any images. */
import { existsSync } from "node:fs";
import { loadCheckpoint } from "../../../adapt/backbones/checkpoint.js";
import { loadBackbone } from "../../../adapt/backbones/load.js";
import { type Model, zeroTraining } from "../../../adapt/backbones/model.js";
import { useBackend } from "../../../adapt/backend/backend.js";
import { readPredictions } from "../../../eval/predictions/csv.js";
import { invalid, note } from "../../shared/errors.js";
import type { Backbones } from "../plan/backbone.js";
import { checkFile } from "../store/run-files.js";
import {
  checkpointFile,
  predictionsFile,
  type RunRecord,
  readRun,
  SOURCE_PREDICTIONS,
} from "../store/store.js";

/** A finished run, and the model that it ended with. */
export interface Classifier {
  folder: string;
  record: RunRecord;
  model: Model;
}

/**
 * Opens a run's checkpoint, or for the zero-training bound the pretrained classifier itself.
 * @param backbones networks of one's own, by name
 * @throws bad input where a run that was trained has no checkpoint
 */
export async function openClassifier(folder: string, backbones: Backbones = {}): Promise<Classifier> {
  const record = await readRun(folder);
  await useBackend();
  const path = checkpointFile(folder);
  const { name } = record.backbone;
  const definition = Object.hasOwn(backbones, name) ? backbones[name] : undefined;
  if (record.track === "zero-training") return { folder, record, model: await pretrained(folder, record) };
  if (!existsSync(path)) throw invalid(path, "the checkpoint of a trained run", note("nothing there"));
  await checkFile(folder, record, path);
  return { folder, record, model: await loadCheckpoint(path, { definition }) };
}

async function pretrained(folder: string, record: RunRecord): Promise<Model> {
  const path = predictionsFile(folder, SOURCE_PREDICTIONS);
  await checkFile(folder, record, path);
  const { classes } = await readPredictions(path);
  return zeroTraining(await loadBackbone(record.backbone.name), classes);
}
