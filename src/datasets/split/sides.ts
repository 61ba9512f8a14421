/** Which photographs are for training and which for the test: those that look alike stay together. */
import type { NearDuplicate } from "../../../eval/images/duplicates.js";
import { invalid, note } from "../../shared/errors.js";
import { groupBy } from "../../shared/group.js";
import { stream } from "../../shared/rng.js";
import type { LabeledItem } from "../../shared/types.js";

export type Side = "train" | "val";

export interface SplitRule {
  /** Share of each class for the test, above 0 and below 1. */
  val: number;
  seed: number;
}

/**
 * The side of every item by its id. Groups of near duplicates are dealt whole, class by class, in an order that the seed
 * draws: to the test as long as they fit into its share, else to training.
 * @throws bad input where a class has not enough different photographs for both sides
 */
export function sidesOf(
  items: readonly LabeledItem[],
  near: readonly Pick<NearDuplicate, "a" | "b">[],
  { val, seed }: SplitRule,
): Map<string, Side> {
  const sides = new Map<string, Side>();
  const groups = alike(items, near);
  for (const ofClass of groupBy(groups, ([first]) => first!.label)) {
    const { label } = ofClass[0]![0]!;
    const size = ofClass.flat().length;
    let left = Math.min(size - 1, Math.max(1, Math.round(val * size)));
    for (const group of stream(seed, "split", label).shuffle(ofClass)) {
      const side: Side = group.length <= left ? "val" : "train";
      if (side === "val") left -= group.length;
      for (const { id } of group) sides.set(id, side);
    }
  }
  refuseOneSided(items, sides);
  return sides;
}

/** Items that are linked by pairs, over any number of steps, and each other item by itself. */
function alike(
  items: readonly LabeledItem[],
  near: readonly Pick<NearDuplicate, "a" | "b">[],
): LabeledItem[][] {
  const leader = new Map(items.map(({ id }) => [id, id]));
  const find = (id: string): string => (leader.get(id) === id ? id : find(leader.get(id)!));
  for (const { a, b } of near) leader.set(find(b.id), find(a.id));
  return groupBy(items, ({ id }) => find(id));
}

function refuseOneSided(items: readonly LabeledItem[], sides: ReadonlyMap<string, Side>): void {
  for (const of of groupBy(items, ({ label }) => label)) {
    const { label } = of[0]!;
    const have = new Set(of.map(({ id }) => sides.get(id)));
    if (have.size < 2)
      throw invalid(
        label,
        "photographs that differ, for training and for the test",
        note(`${of.length} that all look alike`),
      );
  }
}
