/** A finished run as a classifier of any images. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { loadCheckpoint } from "../../adapt/backbones/checkpoint.js";
import { useBackend } from "../../adapt/backend/backend.js";
import { activations, type PrefixSource } from "../../adapt/images/activations.js";
import type { UnlabeledExamples } from "../../adapt/images/examples.js";
import { gradCam, mapStage } from "../../adapt/inference/grad-cam.js";
import {
  type Probabilities,
  predict,
  pretrainedOutputs,
  zeroTraining,
} from "../../adapt/inference/predict.js";
import { predictedClass } from "../../eval/metrics.js";
import { readPredictions } from "../../eval/predictions.js";
import type { Preprocessing } from "../shared/image.js";
import { userCache } from "../shared/roots.js";
import type { HeatMap, OnProgress, UnlabeledItem } from "../shared/types.js";
import { pretrainedBackbone } from "./backbone.js";
import { checkpointFile, predictionsFile, type RunRecord, readRun, SOURCE_PREDICTIONS } from "./store.js";

export interface Classifier {
  folder: string;
  record: RunRecord;
  classes: readonly string[];
  /** How the network sees an image. */
  preprocessing: Preprocessing;
  probabilities(items: readonly UnlabeledItem[], onProgress?: OnProgress): Promise<Probabilities[]>;
  /** Probabilities, and the Grad-CAM heat map of the class that each image is taken for. */
  explain(
    items: readonly UnlabeledItem[],
    onProgress?: OnProgress,
  ): Promise<(Probabilities & { heatMap: HeatMap })[]>;
}

/** A network that answers, from activations at any cut. */
interface Answering {
  source: PrefixSource;
  classes: readonly string[];
  /** The network's output for each class. */
  outputs: readonly number[];
  answer(examples: UnlabeledExamples): Probabilities[];
}

/** Opens a run's checkpoint, or for the zero-training bound the pretrained classifier itself. */
export async function openClassifier(folder: string): Promise<Classifier> {
  const record = await readRun(folder);
  await useBackend();
  const path = checkpointFile(folder);
  const network = existsSync(path) ? await trained(path) : await pretrained(folder, record);
  const { card } = network.source;
  return {
    folder,
    record,
    classes: network.classes,
    preprocessing: card.preprocessing,
    probabilities: async (items, onProgress) =>
      network.answer(await examplesAt(card.headStage, network, items, onProgress)),
    explain: (items, onProgress) => explain(network, items, onProgress),
  };
}

async function trained(path: string): Promise<Answering> {
  const model = await loadCheckpoint(path);
  const outputs = model.classes.map((_, output) => output);
  return { source: model, classes: model.classes, outputs, answer: (examples) => predict(model, examples) };
}

async function pretrained(folder: string, record: RunRecord): Promise<Answering> {
  const backbone = await pretrainedBackbone(record.backbone.name);
  const { classes } = await readPredictions(predictionsFile(folder, SOURCE_PREDICTIONS));
  const outputs = pretrainedOutputs(backbone.card, classes);
  return {
    source: backbone,
    classes,
    outputs,
    answer: (examples) => zeroTraining(backbone, examples, classes),
  };
}

async function explain(
  network: Answering,
  items: readonly UnlabeledItem[],
  onProgress: OnProgress | undefined,
) {
  const examples = await examplesAt(mapStage(network.source), network, items, onProgress);
  const answers = network.answer(examples);
  const chosen = answers.map((row) => network.outputs[predictedClass(row)]!);
  const { shape, data } = gradCam(network.source, examples, chosen);
  const [, height, width] = shape;
  const size = height * width;
  return answers.map((row, i) => ({
    ...row,
    heatMap: { width, height, data: data.slice(i * size, (i + 1) * size) },
  }));
}

async function examplesAt(
  cut: string,
  { source }: Answering,
  items: readonly UnlabeledItem[],
  onProgress: OnProgress | undefined,
): Promise<UnlabeledExamples> {
  const cacheDir = join(userCache(), "activations");
  return { items, activations: await activations(items, { source, cut, views: [0], cacheDir, onProgress }) };
}
