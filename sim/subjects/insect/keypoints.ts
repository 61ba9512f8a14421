/** Named points that six-legged subjects with elbowed antennae share, and the bones between them. */
import type { Bone } from "../subject.js";

const SIDES = ["left", "right"] as const;
const PAIRS = ["front", "middle", "hind"] as const;

/** Base, elbow and tip of both antennae: `left_antenna_base` and so on. */
export const ANTENNA_KEYPOINTS: readonly string[] = SIDES.flatMap((side) =>
  ["base", "elbow", "tip"].map((joint) => `${side}_antenna_${joint}`),
);

/** Knee and claw of all six legs: `left_front_knee` and so on. */
export const LEG_KEYPOINTS: readonly string[] = PAIRS.flatMap((pair) =>
  SIDES.flatMap((side) => ["knee", "claw"].map((joint) => `${side}_${pair}_${joint}`)),
);

/** The bones of both antennae. @param root the keypoint that the antennae spring from */
export const antennaBones = (root: string): Bone[] =>
  SIDES.flatMap((side): Bone[] => [
    [root, `${side}_antenna_base`],
    [`${side}_antenna_base`, `${side}_antenna_elbow`],
    [`${side}_antenna_elbow`, `${side}_antenna_tip`],
  ]);

/** The bones of all six legs. @param root the keypoint that the legs spring from */
export const legBones = (root: string): Bone[] =>
  SIDES.flatMap((side) =>
    PAIRS.flatMap((pair): Bone[] => [
      [root, `${side}_${pair}_knee`],
      [`${side}_${pair}_knee`, `${side}_${pair}_claw`],
    ]),
  );
