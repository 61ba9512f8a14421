/** What a trained arm says of its held-out source and of the target; labels of the target stay sealed. */
import type { Backbone } from "../../adapt/backbones/load.js";
import type { Model } from "../../adapt/backbones/model.js";
import type { UnlabeledExamples } from "../../adapt/images/examples.js";
import { gradCam, mapStage } from "../../adapt/inference/grad-cam.js";
import {
  type Probabilities,
  pooledFeatures,
  predict,
  pretrainedOutputs,
  zeroTraining,
} from "../../adapt/inference/predict.js";
import { writeSafetensors } from "../../adapt/weights/safetensors.js";
import { predictedClass } from "../../eval/metrics.js";
import { sortedRows, writePredictions } from "../../eval/predictions.js";
import type { UnlabeledItem } from "../shared/types.js";
import { writeDomain } from "./domain.js";
import type { Features } from "./features.js";
import { featuresFile, heatMapsFile, predictionsFile } from "./store.js";

type Item = UnlabeledItem & { label?: string };

export interface Domain {
  /** Name of the files. */
  name: string;
  items: readonly Item[];
}

/** Everything about a domain that the report draws from, rows in the order of ids. */
interface Answers {
  examples: Examples;
  model: Pick<Model, "card" | "network" | "weights" | "classes">;
  probabilities: Probabilities[];
  /** The network's output for each class. */
  outputs: readonly number[];
}

type Examples = UnlabeledExamples & { items: readonly Item[] };

/** Writes predictions, pooled features, heat maps and statistics of a domain into a run's folder. */
export async function predictDomain(
  folder: string,
  model: Model,
  domain: Domain,
  features: Features,
): Promise<void> {
  const examples = await examplesAtMaps(model, domain, features);
  const outputs = model.classes.map((_, output) => output);
  await write(folder, domain, { examples, model, probabilities: predict(model, examples), outputs });
}

/** As `predictDomain`, by the pretrained classifier alone. */
export async function predictZeroTraining(
  folder: string,
  backbone: Backbone,
  classes: readonly string[],
  domain: Domain,
  features: Features,
): Promise<void> {
  const model = { ...backbone, classes };
  const examples = await examplesAtMaps(model, domain, features);
  const outputs = pretrainedOutputs(backbone.card, classes);
  const probabilities = zeroTraining(backbone, examples, classes);
  await write(folder, domain, { examples, model, probabilities, outputs });
}

/** The last feature maps: predictions, features and heat maps all follow from them. */
async function examplesAtMaps(model: Model, { items }: Domain, features: Features): Promise<Examples> {
  const cut = mapStage(model);
  return { items: sortedRows(items), activations: await features.of(items, cut, model, "evaluation") };
}

async function write(folder: string, { name, items }: Domain, answers: Answers): Promise<void> {
  const { model, examples } = answers;
  await writeAnswers(folder, name, answers);
  await writeFeatures(featuresFile(folder, name), pooledFeatures(model, examples));
  await writeHeatMaps(heatMapsFile(folder, name), answers);
  await writeDomain(folder, name, items, model.card.preprocessing);
}

async function writeAnswers(
  folder: string,
  name: string,
  { examples, model, probabilities }: Answers,
): Promise<void> {
  const rows = probabilities.map(({ id, p }, i) => {
    const { split, label } = examples.items[i]!;
    return { id, split, label: label ?? null, p };
  });
  const predictions = { dataset: name, classes: [...model.classes], rows };
  await writePredictions(predictionsFile(folder, name), predictions);
}

async function writeFeatures(path: string, rows: readonly Float32Array[]): Promise<void> {
  const width = rows[0]!.length;
  const data = new Float32Array(rows.length * width);
  for (const [i, row] of rows.entries()) data.set(row, i * width);
  await writeSafetensors(path, { features: { shape: [rows.length, width], data } });
}

/** Grad-CAM for the class that each image is taken for. */
async function writeHeatMaps(
  path: string,
  { examples, model, probabilities, outputs }: Answers,
): Promise<void> {
  const heatmaps = gradCam(
    model,
    examples,
    probabilities.map((row) => outputs[predictedClass(row)]!),
  );
  await writeSafetensors(path, { heatmaps });
}
