/** What surroundings are made of before they become three.js objects. */
import type { Rgb } from "../colour.js";
import type { MeshBuilder } from "../mesh.js";
import type { HeightMap } from "../organisms/organism.js";
import type { SurfaceName } from "../shaders/surfaces.js";

/** A material in numbers. */
export interface Coat {
  surface: SurfaceName;
  /** From dark to light, then an accent: linear RGB. Parts that carry vertex colours ignore them. */
  colours?: readonly [Rgb, Rgb, Rgb];
  /** Size of the surface's grain in millimetres. */
  grain?: number;
  /** Strength of its relief; 0 is flat. */
  relief?: number;
  /** Shift of the pattern in millimetres. */
  offset?: readonly [number, number];
  /** Metallic sheen. */
  metal?: number;
}

export interface Piece {
  mesh: MeshBuilder;
  coat: Coat;
  /** Wide grounds receive shadows without throwing any. */
  throwsShadow?: boolean;
}

/** Something to stand on. Its surface passes through the origin. */
export interface Support {
  height: HeightMap;
  pieces: Piece[];
}
