/** Two arms by themselves: whatever their label budgets, the question is what sets them apart. */
import type { Track } from "../../src/shared/types.js";

/**
 * The two arms that a comparison is about, in their order; the bound that nothing trained is set aside where there are two
 * beside it. Undefined of more arms, whose pairs their tracks decide, and of fewer.
 */
export function onlyTwo<Arm>(arms: readonly Arm[], trackOf: (arm: Arm) => Track): [Arm, Arm] | undefined {
  const trained = arms.filter((arm) => trackOf(arm) !== "zero-training");
  const [first, second, ...others] = trained.length >= 2 ? trained : arms;
  return first && second && others.length === 0 ? [first, second] : undefined;
}
