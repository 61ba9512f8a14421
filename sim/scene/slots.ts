/** Which class and split an index belongs to: a function of the seed, the index and the classes, whatever the count. */
import { stream } from "../../src/shared/rng.js";

export const SPLITS = ["train", "val"] as const;
/** `train` or `val`. */
export type Split = (typeof SPLITS)[number];

export interface Slot {
  label: string;
  split: Split;
}

/** Of each class in a block. */
const TRAIN = 5;

/** Every block of 6 C consecutive indices holds these, shuffled: balanced, and one sixth held out. */
function blockOf(classes: readonly string[]): Slot[] {
  const train = classes.flatMap((label) =>
    Array.from({ length: TRAIN }, () => ({ label, split: "train" as const })),
  );
  return [...train, ...classes.map((label) => ({ label, split: "val" as const }))];
}

/** @param classes in sorted order */
export function slotOf(seed: number, index: number, classes: readonly string[]): Slot {
  const block = blockOf(classes);
  const number = Math.floor(index / block.length);
  return stream(seed, number, "slot").shuffle(block)[index % block.length]!;
}
