/** What a trained arm says of its held-out source and of the target; labels of the target stay sealed. */

import type { Model } from "../../../adapt/backbones/model.js";
import { subset, type UnlabeledImages } from "../../../adapt/images/images.js";
import { type Inspection, inspect } from "../../../adapt/inference/inspect.js";
import { writeSafetensors } from "../../../adapt/weights/safetensors.js";
import { writePredictions } from "../../../eval/predictions/csv.js";
import { sortedRows } from "../../../eval/predictions/outcomes.js";
import { featuresFile, heatMapsFile } from "../store/store.js";
import { writeDomain } from "./domain-record.js";

/** What a run writes of some images. */
export interface DomainFiles {
  folder: string;
  /** Name of the files. */
  name: string;
  predictions: string;
}

/** Writes predictions, pooled features, heat maps and statistics of images into a run's folder. */
export async function predictDomain(
  model: Model,
  images: UnlabeledImages,
  files: DomainFiles,
): Promise<void> {
  const { folder, name } = files;
  const sorted = { ...subset(images, sortedRows(images.items)), name };
  const { predictions, features, heatMaps } = await inspect(model, sorted);
  await writePredictions(files.predictions, predictions);
  await writeFeatures(featuresFile(folder, name), features);
  await writeSafetensors(heatMapsFile(folder, name), { heatmaps: heatMaps });
  await writeDomain(folder, name, images.items, model.card.preprocessing);
}

async function writeFeatures(path: string, rows: Inspection["features"]): Promise<void> {
  const width = rows[0]!.length;
  const data = new Float32Array(rows.length * width);
  for (const [i, row] of rows.entries()) data.set(row, i * width);
  await writeSafetensors(path, { features: { shape: [rows.length, width], data } });
}
