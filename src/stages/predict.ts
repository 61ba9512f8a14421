/** What a trained arm says of its held-out source and of the target; labels of the target stay sealed. */
import type { Backbone } from "../../adapt/backbones/load.js";
import type { Model } from "../../adapt/model.js";
import { type Probabilities, pooledFeatures, predict, zeroTraining } from "../../adapt/predict.js";
import { writeSafetensors } from "../../adapt/weights/safetensors.js";
import { writePredictions } from "../../eval/predictions.js";
import type { UnlabeledItem } from "../shared/types.js";
import type { Features } from "./features.js";
import { featuresFile, predictionsFile } from "./store.js";

export interface Domain {
  /** Name of the predictions' file. */
  name: string;
  items: readonly (UnlabeledItem & { label?: string })[];
}

/** Writes predictions and pooled features of a domain into a run's folder. */
export async function predictDomain(
  folder: string,
  model: Model,
  domain: Domain,
  features: Features,
): Promise<void> {
  const examples = await examplesAtHead(model, domain, features);
  await write(folder, domain, model.classes, predict(model, examples));
  await writeFeatures(featuresFile(folder, domain.name), pooledFeatures(model, examples));
}

/** As `predictDomain`, by the pretrained classifier alone. */
export async function predictZeroTraining(
  folder: string,
  backbone: Backbone,
  classes: readonly string[],
  domain: Domain,
  features: Features,
): Promise<void> {
  const examples = await examplesAtHead({ ...backbone, classes }, domain, features);
  await write(folder, domain, classes, zeroTraining(backbone, examples, classes));
}

async function examplesAtHead(model: Model, { items }: Domain, features: Features) {
  return { items, activations: await features.of(items, model.card.headStage, model, "evaluation") };
}

async function write(
  folder: string,
  { name, items }: Domain,
  classes: readonly string[],
  answers: Probabilities[],
) {
  const rows = answers.map(({ id, p }, i) => ({
    id,
    split: items[i]!.split,
    label: items[i]!.label ?? null,
    p,
  }));
  await writePredictions(predictionsFile(folder, name), { dataset: name, classes: [...classes], rows });
}

/** One row an image, in the order of ids. */
async function writeFeatures(path: string, rows: readonly Float32Array[]): Promise<void> {
  const width = rows[0]!.length;
  const data = new Float32Array(rows.length * width);
  for (const [i, row] of rows.entries()) data.set(row, i * width);
  await writeSafetensors(path, { features: { shape: [rows.length, width], data } });
}
