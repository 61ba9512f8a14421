/** What a surrounding is, and what it is made of before that becomes three.js objects. */
import type { ModuleExport } from "../../src/shared/module-export.js";
import type { HeightMap } from "../geometry/height-map.js";
import type { Material } from "../geometry/material.js";
import type { MeshBuilder } from "../geometry/mesh.js";
import type { ResolvedScene } from "../scene/resolved-scene.js";

/** Something that subjects stand on, of antbee's own (`surroundings`) or of a user's. */
export interface Surrounding {
  /** As `surroundings.support` names it: a plain word. */
  name: string;
  /** Whether clutter lies on its surface, pebbles and twigs included; otherwise on a floor far below. */
  isGround: boolean;
  /**
   * Builds it from the scene's numbers and nothing else; draws come from streams of `scene.surroundings.detail`.
   * @param extent how far the camera may see along the ground, in millimetres
   */
  build(scene: ResolvedScene, extent: number): Support;
  /** Of a user's own: the module that exports it, by which worker processes find it. */
  module?: ModuleExport;
}

/** Meshes of one material. */
export interface Piece {
  mesh: MeshBuilder;
  material: Material;
  /** Wide grounds receive shadows without throwing any; true where absent. */
  throwsShadow?: boolean;
}

/** A built surrounding, in millimetres, z up. Its surface passes through the origin, where the first subject stands. */
export interface Support {
  height: HeightMap;
  pieces: Piece[];
}
