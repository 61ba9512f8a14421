/** The augmentations that a name and options stand for: in experiment files, and in worker processes. */
import type { z } from "zod";
import { invalid } from "../../src/shared/errors.js";
import { lookUp } from "../../src/shared/look-up.js";
import { check } from "../../src/shared/schema.js";
import type { Augmentation } from "./augmentation.js";
import { RAND_AUGMENT, type RandAugmentOptions, randAugment, randAugmentOptions } from "./rand-augment.js";

/** Makes an augmentation of options that its schema has checked. */
interface AugmentationFactory {
  schema: z.ZodType<Record<string, unknown>>;
  make(options: Record<string, unknown>, views: number): Augmentation;
}

export const augmentations: Readonly<Record<string, AugmentationFactory>> = {
  [RAND_AUGMENT]: {
    schema: randAugmentOptions,
    make: (options, views) => randAugment(options as RandAugmentOptions, views),
  },
};

/** An augmentation's options, defaults filled in. @throws bad input for a name that is none, or options that it has not */
export function augmentationOptions(name: string, options: unknown, where: string): Record<string, unknown> {
  const found = lookUp(augmentations, name);
  if (!found) throw invalid(where, `one of ${Object.keys(augmentations).join(", ")}`, name);
  return check(found.schema, options ?? {}, `${where}.${name}`);
}
