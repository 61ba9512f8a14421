/** What two arms can answer about a folder: their paired difference on the same images. */
import { onlyTwo } from "../../../eval/comparison/two-arms.js";
import { estimate, pairedDifference, pairRuns } from "../../../eval/statistics/estimate.js";
import { groupBy } from "../../shared/group.js";
import type { Interval, Predictions } from "../../shared/types.js";
import type { RunRecord } from "../store/store.js";

/** Accuracy of an arm minus that of another one, on the same images. */
export interface ArmDifference {
  /** The other arm. */
  arm: string;
  difference: Interval;
  /** Two-sided; null of a single seed, whose variance nobody knows. */
  p: number | null;
}

interface ArmAnswers {
  record: RunRecord;
  answers: Predictions;
}

/**
 * The later arm's difference from the earlier one.
 * @param runs of one experiment, with labels
 * @returns undefined of more or fewer arms than two, and where they share no seed
 */
export function differenceOfTwo(
  runs: readonly ArmAnswers[],
): { arm: string; against: ArmDifference } | undefined {
  const arms = groupBy(runs, ({ record }) => record.arm).sort((a, b) => position(a) - position(b));
  const two = onlyTwo(arms, ([first]) => first!.record.track);
  if (!two) return undefined;
  const [earlier, later] = two;
  const pairs = pairRuns(estimateOf(later), estimateOf(earlier));
  if (pairs.length === 0) return undefined;
  return { arm: nameOf(later), against: { arm: nameOf(earlier), ...pairedDifference(pairs) } };
}

const position = (runs: readonly ArmAnswers[]): number => runs[0]!.record.position;
const nameOf = (runs: readonly ArmAnswers[]): string => runs[0]!.record.arm;

const estimateOf = (runs: readonly ArmAnswers[]) =>
  estimate(
    runs.map(({ record }) => record.seed),
    runs.map(({ answers }) => answers),
    { shared: true, untrained: runs[0]!.record.track === "zero-training" },
  );
