/** Checks of a rendered dataset, near-duplicate frames included. */
import { findDuplicates } from "../../eval/images/duplicates.js";
import { type Validation, validateDataset as validate } from "../../sim/dataset/validate.js";
import type { OnProgress } from "../shared/types.js";

/**
 * Masks against boxes and counts, bounds, visibility, blank and near-duplicate frames, and balance of a rendered dataset.
 * @throws bad input where `dir` holds no rendered dataset
 */
export const validateDataset = (dir: string, onProgress?: OnProgress): Promise<Validation> =>
  validate(dir, { findDuplicates, onProgress });
