/** How training views are made of an image. */
import { invalid, note } from "../../src/shared/errors.js";
import { type TrainingView, trainingView } from "../../src/shared/image.js";
import { importExport, type ModuleExport } from "../../src/shared/module-export.js";

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

/** How another process finds an augmentation; null where it cannot. */
export type AugmentationReference = { views: number } & Partial<ModuleExport>;

export function augmentationReference(augmentation: Augmentation): AugmentationReference | null {
  const { name, views, module } = augmentation;
  if (name === RANDOM_RESIZED_CROP) return { views };
  return module ? { views, ...module } : null;
}

/** @throws bad input where the module exports no augmentation under that name */
export async function augmentationAt({
  views,
  url,
  export: name,
}: AugmentationReference): Promise<Augmentation> {
  if (url === undefined || name === undefined) return randomResizedCrop(views);
  const found = (await importExport({ url, export: name })) as Partial<Augmentation> | undefined;
  if (typeof found?.view !== "function")
    throw invalid(`${name} of ${url}`, "an augmentation", note("something else"));
  return { ...(found as Augmentation), views };
}
