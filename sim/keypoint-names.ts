/** The named points of each class, in the order in which annotations list them, and the bones between them. */
import type { ClassName } from "./scene.js";

const ANTENNAE = [
  "left_antenna_base",
  "left_antenna_elbow",
  "left_antenna_tip",
  "right_antenna_base",
  "right_antenna_elbow",
  "right_antenna_tip",
] as const;

const LEGS = ["front", "middle", "hind"].flatMap((pair) =>
  ["left", "right"].flatMap((side) => ["knee", "claw"].map((joint) => `${side}_${pair}_${joint}`)),
);

export const KEYPOINT_NAMES: Record<ClassName, readonly string[]> = {
  ants: ["mandibles", "head", ...ANTENNAE, "neck", "mesosoma", "petiole", "gaster", "gaster_tip", ...LEGS],
  bees: [
    "face",
    "vertex",
    ...ANTENNAE,
    "thorax",
    "wing_base",
    "left_wing_tip",
    "right_wing_tip",
    "waist",
    "abdomen",
    "abdomen_tip",
    ...LEGS,
  ],
};

type Bone = readonly [string, string];

const antennaBones = (root: string): Bone[] =>
  ["left", "right"].flatMap((side): Bone[] => [
    [root, `${side}_antenna_base`],
    [`${side}_antenna_base`, `${side}_antenna_elbow`],
    [`${side}_antenna_elbow`, `${side}_antenna_tip`],
  ]);

const legBones = (root: string): Bone[] =>
  ["left", "right"].flatMap((side) =>
    ["front", "middle", "hind"].flatMap((pair): Bone[] => [
      [root, `${side}_${pair}_knee`],
      [`${side}_${pair}_knee`, `${side}_${pair}_claw`],
    ]),
  );

export const BONES: Record<ClassName, readonly Bone[]> = {
  ants: [
    ["mandibles", "head"],
    ["head", "neck"],
    ["neck", "mesosoma"],
    ["mesosoma", "petiole"],
    ["petiole", "gaster"],
    ["gaster", "gaster_tip"],
    ...antennaBones("head"),
    ...legBones("mesosoma"),
  ],
  bees: [
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
};
