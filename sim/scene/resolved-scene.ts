/** A scene in numbers only: everything that a picture is made from. */
import type { Individual, Kind } from "../subjects/subject.js";
import type { SceneSpec } from "./scene.js";
import type { Split } from "./slots.js";

/** Values are primitives; every way of drawing them is an object. */
export type Drawn<Group> = { [K in keyof Group]: Exclude<Group[K], object> };

/** Every number of one picture; lengths in millimetres, angles in degrees. */
export interface ResolvedScene {
  seed: number;
  index: number;
  /** The picture's class. */
  label: string;
  split: Split;
  /** Where the scene has others than antbee's two. */
  classes?: readonly string[];
  /** Width and height in pixels. */
  image: SceneSpec["image"];
  /** Whether the subjects are drawn. */
  visible: boolean;
  kind: Kind;
  subjects: Individual[];
  surroundings: Drawn<SceneSpec["surroundings"]> & { detail: number };
  light: Drawn<SceneSpec["light"]>;
  camera: Drawn<SceneSpec["camera"]>;
  sensor: Drawn<SceneSpec["sensor"]> & { detail: number };
  occluders: Drawn<SceneSpec["occluders"]> & { detail: number };
}
