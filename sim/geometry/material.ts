/** What a surface looks like, in numbers; the renderer makes three.js materials of them. */
import type { SurfaceName } from "../shaders/surfaces.js";
import type { Rgb } from "./colour.js";

/** A surface's looks; what is left out is plain. */
export interface Material {
  surface: SurfaceName;
  /** From dark to light, then an accent: linear RGB. Surfaces that carry vertex colours ignore them. */
  colours?: readonly [Rgb, Rgb, Rgb];
  /** Size of the surface's grain in millimetres, above 0. */
  grain?: number;
  /** Strength of its relief; 0 is flat. */
  relief?: number;
  /** Shift of the pattern in millimetres. */
  offset?: readonly [number, number];
  /** Metallic sheen, in [0, 1]. */
  metal?: number;
}
