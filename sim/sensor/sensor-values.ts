import type { ResolvedScene } from "../scene/resolved-scene.js";

/** The sensor's factors as numbers. */
export type SensorValues = ResolvedScene["sensor"];
