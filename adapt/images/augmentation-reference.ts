/** How another process finds an augmentation: by its module, or by the name and options that make it. */
import { invalid, note } from "../../src/shared/errors.js";
import { lookUp } from "../../src/shared/look-up.js";
import { importExport, type ModuleExport } from "../../src/shared/module-export.js";
import { type Augmentation, RANDOM_RESIZED_CROP, randomResizedCrop } from "./augmentation.js";
import { augmentations } from "./augmentations.js";

/** Views alone are random crops. */
export type AugmentationReference = {
  views: number;
  module?: ModuleExport;
  named?: { name: string; options: Readonly<Record<string, unknown>> };
};

/** Null where another process cannot find it. */
export function augmentationReference(augmentation: Augmentation): AugmentationReference | null {
  const { name, options = {}, views, module } = augmentation;
  if (module) return { views, module };
  if (name === RANDOM_RESIZED_CROP) return { views };
  return lookUp(augmentations, name) ? { views, named: { name, options } } : null;
}

/** @throws bad input where the module exports no augmentation under that name */
export async function augmentationAt(reference: AugmentationReference): Promise<Augmentation> {
  const { views, module, named } = reference;
  if (named) return augmentations[named.name]!.make({ ...named.options }, views);
  return module ? exported(module, views) : randomResizedCrop(views);
}

async function exported(module: ModuleExport, views: number): Promise<Augmentation> {
  const found = (await importExport(module)) as Partial<Augmentation> | undefined;
  if (typeof found?.view !== "function")
    throw invalid(`${module.export} of ${module.url}`, "an augmentation", note("something else"));
  return { ...(found as Augmentation), views };
}
