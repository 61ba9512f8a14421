/** Ants: workers of six genera. */
import { ANTENNA_KEYPOINTS, antennaBones, LEG_KEYPOINTS, legBones } from "../insect/keypoints.js";
import { INSECT_PARTS } from "../insect/parts.js";
import type { Subject } from "../subject.js";
import { ANT_POSES, buildAnt } from "./body.js";
import { ANT_PRESETS } from "./presets.js";

export const ant = {
  name: "ant",
  className: "ants",
  presets: ANT_PRESETS,
  poses: ANT_POSES,
  neutral: { preset: "lasius", pose: "standing" },
  parts: INSECT_PARTS,
  keypoints: [
    "mandibles",
    "head",
    ...ANTENNA_KEYPOINTS,
    "neck",
    "mesosoma",
    "petiole",
    "gaster",
    "gaster_tip",
    ...LEG_KEYPOINTS,
  ],
  skeleton: [
    ["mandibles", "head"],
    ["head", "neck"],
    ["neck", "mesosoma"],
    ["mesosoma", "petiole"],
    ["petiole", "gaster"],
    ["gaster", "gaster_tip"],
    ...antennaBones("head"),
    ...legBones("mesosoma"),
  ],
  axis: { front: "mandibles", back: "gaster_tip" },
  build: buildAnt,
} satisfies Subject;
