/** Which class and split an index belongs to: a function of the seed and the index alone, whatever the count. */
import { stream } from "../src/shared/rng.js";
import type { ClassName } from "./scene.js";

export type Split = "train" | "val";

export interface Slot {
  label: ClassName;
  split: Split;
}

/** Every block of twelve consecutive indices holds these, shuffled: balanced, and one sixth held out. */
const BLOCK: readonly Slot[] = [
  ...repeat({ label: "ants", split: "train" }, 5),
  ...repeat({ label: "bees", split: "train" }, 5),
  { label: "ants", split: "val" },
  { label: "bees", split: "val" },
];

export function slotOf(seed: number, index: number): Slot {
  const block = Math.floor(index / BLOCK.length);
  return stream(seed, block, "slot").shuffle(BLOCK)[index % BLOCK.length]!;
}

function repeat(item: Slot, times: number): Slot[] {
  return Array.from({ length: times }, () => item);
}
