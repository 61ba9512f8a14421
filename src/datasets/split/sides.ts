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
 * draws: to the test as long as they fit into its share, else to training. Where none fits, the smallest is the test.
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
    const drawn = stream(seed, "split", ofClass[0]![0]!.label).shuffle(ofClass);
    const test = new Set(forTest(drawn, val));
    for (const group of drawn) for (const { id } of group) sides.set(id, test.has(group) ? "val" : "train");
  }
  refuseOneSided(groups, sides);
  return sides;
}

/** Of a class's groups, those that the test gets; a single one is for training. */
function forTest(groups: readonly LabeledItem[][], val: number): LabeledItem[][] {
  const size = groups.flat().length;
  let left = Math.min(size - 1, Math.max(1, Math.round(val * size)));
  const fitting = groups.filter(({ length }) => {
    const fits = length <= left;
    if (fits) left -= length;
    return fits;
  });
  if (fitting.length > 0 || groups.length < 2) return fitting;
  return [...groups].sort((a, b) => a.length - b.length).slice(0, 1);
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

function refuseOneSided(groups: readonly LabeledItem[][], sides: ReadonlyMap<string, Side>): void {
  for (const of of groupBy(groups.flat(), ({ label }) => label)) {
    const { label } = of[0]!;
    const have = new Set(of.map(({ id }) => sides.get(id)));
    const parts = groups.filter((group) => group.some((item) => item.label === label)).length;
    if (have.size < 2)
      throw invalid(
        label,
        "photographs that differ, for training and for the test",
        note(whyOneSided(of.length, parts)),
      );
  }
}

function whyOneSided(count: number, parts: number): string {
  if (count === 1) return "only one";
  return `${count} that ${parts === 1 ? "all look alike" : "look like those of another class"}`;
}
