/** All that a report draws from a model's look at images: predictions, pooled features and Grad-CAM heat maps at once. */
import { predictedClass } from "../../src/shared/predicted-class.js";
import type { HeatMap, Predictions } from "../../src/shared/types.js";
import { frozenStage, type Model } from "../backbones/model.js";
import { examplesAt, type UnlabeledExamples } from "../images/examples.js";
import type { UnlabeledImages } from "../images/images.js";
import { costOf, stageIndex } from "../layers/network.js";
import { gradCam, type HeatMaps, mapStage } from "./grad-cam.js";
import { featureRows, outputsAt, predictionRows } from "./predict.js";

/** What a model says of images and where it looked, items in the images' order. */
export interface Inspection {
  predictions: Predictions;
  /** One array an item, as `pooledFeatures`. */
  features: Float32Array[];
  /** One map an item, for the class that it is predicted as. */
  heatMaps: HeatMaps;
}

/** Looks at the evaluation view of each image. */
export async function inspect(model: Model, images: UnlabeledImages): Promise<Inspection> {
  const maps = await lastMaps(model, images);
  const rows = predictionRows(model, maps);
  return {
    predictions: { dataset: images.name, classes: [...model.classes], rows },
    features: featureRows(model, maps),
    heatMaps: gradCam(model, maps, rows.map(predictedClass)),
  };
}

/** One image's heat map out of many. */
export function heatMapOf({ shape, data }: HeatMaps, item: number): HeatMap {
  const [, height, width] = shape;
  const size = height * width;
  return { width, height, data: data.slice(item * size, (item + 1) * size) };
}

/** The last feature maps: predictions, features and heat maps all follow from them. */
async function lastMaps(model: Model, images: UnlabeledImages): Promise<UnlabeledExamples> {
  const [frozen, last] = [frozenStage(model), mapStage(model)];
  if (stageIndex(model.network, frozen) >= stageIndex(model.network, last))
    return examplesAt(images, model, last, "evaluation");
  const examples = await examplesAt(images, model, frozen, "evaluation");
  const rows = outputsAt(model, examples, last);
  const row = new Map(examples.items.map(({ id }, i) => [id, rows[i]!]));
  const { size } = model.card.preprocessing;
  const { shape } = costOf(model.network, [size, size, 3], { to: last });
  return {
    items: examples.items,
    activations: { layer: last, shape, views: [0], get: (id) => row.get(id)! },
  };
}
