/** The images of a seed's source and of the target, as models see them. */

import type { Activations } from "../../../adapt/images/activations.js";
import { type Augmentation, randomResizedCrop } from "../../../adapt/images/augmentation.js";
import { augmentations } from "../../../adapt/images/augmentations.js";
import {
  defaultCache,
  type ImageOptions,
  type LabeledImages,
  labeledImages,
  unlabeledImages,
} from "../../../adapt/images/images.js";
import { canonicalJson } from "../../shared/files.js";
import type { Source } from "../source/source.js";
import type { Target } from "../source/target.js";
import type { TrainingSet } from "../source/training-set.js";
import type { NamedAugmentation } from "../spec/augment.js";
import { type OnEvent, progressOf } from "../spec/events.js";
import type { Experiment } from "../spec/experiment.js";
import type { SourceImages, TargetImages } from "./context.js";

/** How an experiment's images are augmented, and where their activations are kept. */
type Seeing = Pick<Experiment, "views" | "precision">;

/** @param onAnswer told of every set of activations that was computed or found */
export function openSourceImages(
  { train, val }: Source,
  seeing: Seeing,
  on: OnEvent,
  onAnswer?: (answer: Activations) => void,
): SourceImages {
  const options = optionsOf(seeing, on, onAnswer);
  const augmented = new Map<string, LabeledImages>();
  return {
    train: labeledImages(train, options),
    val: labeledImages(val, options),
    trainUnder: (augment) => {
      const key = canonicalJson(augment);
      const images =
        augmented.get(key) ??
        labeledImages(train, { ...options, augmentation: augmentationOf(augment, seeing.views) });
      augmented.set(key, images);
      return images;
    },
  };
}

function augmentationOf(augment: NamedAugmentation, views: number): Augmentation {
  const [name, options] = Object.entries(augment)[0]!;
  return augmentations[name]!.make({ ...options }, views);
}

export function openTargetImages(
  { dataset, train, test }: Target,
  seeing: Seeing,
  on: OnEvent,
  onAnswer?: (answer: Activations) => void,
): TargetImages {
  const options = { ...optionsOf(seeing, on, onAnswer), name: dataset };
  return { train: labeledImages(train, options), test: unlabeledImages(test, options) };
}

/** The labelled training images alone. */
export function openTrainingSet({ dataset, items }: TrainingSet, seeing: Seeing, on: OnEvent): LabeledImages {
  return labeledImages(items, { ...optionsOf(seeing, on), name: dataset });
}

function optionsOf(
  { views, precision }: Seeing,
  on: OnEvent,
  onAnswer?: ImageOptions["onAnswer"],
): ImageOptions {
  return {
    name: "source",
    augmentation: randomResizedCrop(views),
    cache: { ...defaultCache(), precision },
    progress: (stage) => progressOf(on, `activations at ${stage}`),
    onAnswer,
  };
}
