/** Membranous wings: flat, slightly cupped sheets whose u runs from base to tip and v from the leading edge back. */
import { Vector3 } from "three";
import type { Rgb } from "../../geometry/colour.js";
import type { MeshBuilder } from "../../geometry/mesh.js";

/** A wing in its mesh's frame and units. */
export interface WingPlan {
  base: Vector3;
  /** Unit vectors: along the wing, and across it towards the trailing edge. */
  along: Vector3;
  across: Vector3;
  length: number;
  width: number;
  colour: Rgb;
  /** Opacity of the membrane between the veins. */
  opacity: number;
}

/** Chord at u as a share of the greatest: a narrow hinge, widest past the middle, a rounded tip. */
const chord = (u: number) => (0.18 + 0.82 * Math.min(1, u * 1.7) ** 0.9) * Math.max(0, 1 - u ** 5) ** 0.5;

/** Draws a wing as a sheet of few facets. */
export function drawWing(
  mesh: MeshBuilder,
  { base, along, across, length, width, colour, opacity }: WingPlan,
): void {
  const lift = new Vector3().crossVectors(along, across);
  const at = (u: number, v: number, out: Vector3) => {
    out.copy(base).addScaledVector(along, u * length);
    out.addScaledVector(across, (v - 0.18 * (1 - u)) * chord(u) * width);
    out.addScaledVector(lift, 0.05 * length * Math.sin(Math.PI * v) * chord(u) + 0.04 * length * u * u);
  };
  mesh.grid(mesh.steps(14, 7), mesh.steps(7, 3), at, { colour, gloss: 1, translucency: opacity });
}

/** The wing's tip. */
export function wingTip({ base, along, length }: WingPlan): Vector3 {
  return base.clone().addScaledVector(along, length);
}
