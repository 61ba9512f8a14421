/** Bees of six genera. */
import { ANTENNA_KEYPOINTS, antennaBones, LEG_KEYPOINTS, legBones } from "../insect/keypoints.js";
import { INSECT_PARTS } from "../insect/parts.js";
import type { Subject } from "../subject.js";
import { BEE_POSES, buildBee } from "./body.js";
import { BEE_PRESETS } from "./presets.js";

export const bee = {
  name: "bee",
  className: "bees",
  presets: BEE_PRESETS,
  poses: BEE_POSES,
  neutral: { preset: "honey", pose: "resting" },
  parts: INSECT_PARTS,
  keypoints: [
    "face",
    "vertex",
    ...ANTENNA_KEYPOINTS,
    "thorax",
    "wing_base",
    "left_wing_tip",
    "right_wing_tip",
    "waist",
    "abdomen",
    "abdomen_tip",
    ...LEG_KEYPOINTS,
  ],
  skeleton: [
    ["face", "vertex"],
    ["vertex", "thorax"],
    ["thorax", "wing_base"],
    ["thorax", "waist"],
    ["waist", "abdomen"],
    ["abdomen", "abdomen_tip"],
    ["wing_base", "left_wing_tip"],
    ["wing_base", "right_wing_tip"],
    ...antennaBones("face"),
    ...legBones("thorax"),
  ],
  axis: { front: "face", back: "abdomen_tip" },
  build: buildBee,
} satisfies Subject;
