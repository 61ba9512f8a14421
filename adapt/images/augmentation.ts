/** How training views are made of an image. */
import { type TrainingView, trainingView } from "../../src/shared/image.js";
import type { ModuleExport } from "../../src/shared/module-export.js";

/**
 * A family of training views. One of one's own is an object of this type; worker processes compute it where it names
 * the module that exports it, else this process does alone.
 */
export interface Augmentation {
  /** Stands in the activation cache's keys with the options: another name or option, another family. */
  name: string;
  options?: Readonly<Record<string, unknown>>;
  /** Views kept of each image, beside the evaluation view; 0 trains on that one. */
  views: number;
  /** A function of the image, the preprocessing and the view's number alone. */
  view: TrainingView;
  module?: ModuleExport;
}

export const RANDOM_RESIZED_CROP = "random-resized-crop";

/** torchvision's RandomResizedCrop and RandomHorizontalFlip. @param views kept of each image */
export const randomResizedCrop = (views = 4): Augmentation => ({
  name: RANDOM_RESIZED_CROP,
  views,
  view: trainingView,
});

/** What tells a family of views from another one; how many are kept does not. */
export const identityOf = ({ name, options }: Augmentation) => ({ name, options: options ?? null });
