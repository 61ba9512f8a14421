/** How many draws of its k labels a k-shot arm is fitted to. */
import { invalid } from "../../shared/errors.js";
import type { Arm } from "./experiment.js";
import { learns, learnsOn } from "./phases.js";

/** Of exact heads that cost little: one draw of two labels says little. */
const OF_EXACT_HEADS = 20;
/** Labels a class from which folds of them choose an exact head's strength. */
export const CHOSEN_BY_FOLDS = 4;

/**
 * The arm with its number of draws: its own, or twenty where the head is exact and fitted in no time, on labels alone or
 * at a strength that no folds choose; else one.
 */
export function withDraws(arm: Arm, family: readonly Arm[], where: string): Arm {
  if (arm.draws === undefined) return isCheap(arm, family) ? { ...arm, draws: OF_EXACT_HEADS } : arm;
  if (arm.draws > 1 && !isRedrawn(arm, family))
    throw invalid(
      `${where}: arms.${arm.name}.draws`,
      "1, unless a k-shot arm's every phase on labels is exact, and it starts from no other's labels",
      arm.draws,
    );
  return arm;
}

/** Beside the renders each fold and strength of a draw takes its while. */
const isCheap = (arm: Arm, family: readonly Arm[]): boolean =>
  isRedrawn(arm, family) &&
  (arm.k! < CHOSEN_BY_FOLDS || !family.some(({ phases }) => phases.some((p) => learnsOn(p, "source"))));

/** Whether all that the arm takes from its labels is an exact head. */
function isRedrawn(arm: Arm, family: readonly Arm[]): boolean {
  const isExact = arm.phases.every((p) => learns(p) && p.optimizer === "exact");
  return (
    arm.track === "k-shot" && !arm.method && isExact && family.every((a) => a === arm || a.k === undefined)
  );
}
