/** The first screen's chart: the arms that matter in their tracks, bounds as lines. */
import { armsFigure } from "../charts/arms.js";
import type { Figure } from "../charts/figure.js";
import type { Arm, Comparison } from "../comparison/schema.js";
import { overviewArms } from "./key-arms.js";
import { armsInOrder, TRACK_BUDGETS } from "./table.js";

const trackName = (track: Arm["track"]): string => `${track}: ${TRACK_BUDGETS[track]}`;

export function overviewFigure(comparison: Comparison): Figure {
  return armsFigure({
    id: "overview",
    title: "Accuracy on target images and on renders",
    ...rowsAndBounds(comparison),
    trackName,
  });
}

/** What is drawn as rows and what as lines: every arm a row where there is none but bounds. */
function rowsAndBounds(comparison: Comparison): { arms: Arm[]; bounds: Arm[] } {
  const arms = overviewArms(comparison);
  return arms.length > 0
    ? { arms, bounds: boundsOf(comparison) }
    : { arms: armsInOrder(comparison.arms), bounds: [] };
}

/** The pretrained classifier as it is, and the oracle that gaps are measured to. */
function boundsOf({ arms, reference }: Comparison): Arm[] {
  const untrained = arms.find(({ track }) => track === "zero-training");
  const oracle = arms.find(({ name }) => name === reference.oracle);
  return [untrained, oracle].filter((arm) => arm !== undefined);
}

/** The arms that the first screen's chart shows, as rows or as bounds, in the order of their tracks. */
export function firstArms(comparison: Comparison): Arm[] {
  const { arms, bounds } = rowsAndBounds(comparison);
  return armsInOrder([...arms, ...bounds]);
}

/** Of every arm; nothing where the first screen leaves none out. */
export function allArmsFigure(comparison: Comparison): Figure | undefined {
  const arms = armsInOrder(comparison.arms);
  if (firstArms(comparison).length === arms.length) return undefined;
  return armsFigure({ id: "arms", title: "Accuracy of every arm", arms, trackName });
}
