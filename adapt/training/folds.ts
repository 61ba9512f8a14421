/** Stratified folds, for choices that a track may make with its own labels. */

import { groupBy } from "../../src/shared/group.js";
import { stream } from "../../src/shared/rng.js";

export interface Fold<Item> {
  train: Item[];
  validation: Item[];
}

/** k folds with equal class shares, dealt from the seed's stream "folds"; each item validates once. */
export function stratifiedFolds<Item extends { id: string; label: string }>(
  items: readonly Item[],
  k: number,
  seed: number,
): Fold<Item>[] {
  const dealt = groupBy(items, (item) => item.label).flatMap((same) =>
    stream(seed, "folds", same[0]!.label).shuffle(same),
  );
  return Array.from({ length: k }, (_, fold) => ({
    train: dealt.filter((_item, i) => i % k !== fold),
    validation: dealt.filter((_item, i) => i % k === fold),
  }));
}
