/** The first screen's chart: the arms that matter in their tracks, bounds as lines. */
import { armsFigure } from "../charts/arms.js";
import type { Figure } from "../charts/figure.js";
import type { Arm, Comparison } from "../comparison/schema.js";
import { overviewArms } from "./key-arms.js";
import { armsByTrack, TRACK_BUDGETS } from "./table.js";

const trackName = (track: Arm["track"]): string => `${track}: ${TRACK_BUDGETS[track]}`;

/** Of every arm where there is none but bounds. */
export function overviewFigure(comparison: Comparison): Figure {
  const rows = overviewArms(comparison);
  const arms = rows.length > 0 ? rows : ordered(comparison);
  const bounds = rows.length > 0 ? boundsOf(comparison) : [];
  return armsFigure({
    id: "overview",
    title: "Accuracy on target images and on renders",
    arms,
    bounds,
    trackName,
  });
}

/** The pretrained classifier as it is, and the oracle that gaps are measured to. */
function boundsOf({ arms, reference }: Comparison): Arm[] {
  const untrained = arms.find(({ track }) => track === "zero-training");
  const oracle = arms.find(({ name }) => name === reference.oracle);
  return [untrained, oracle].filter((arm) => arm !== undefined);
}

/** Of every arm, where the first screen leaves some out. */
export function allArmsFigure(comparison: Comparison): Figure {
  return armsFigure({ id: "arms", title: "Accuracy of every arm", arms: ordered(comparison), trackName });
}

const ordered = ({ arms }: Comparison): Arm[] => armsByTrack(arms).flatMap((group) => group.arms);
