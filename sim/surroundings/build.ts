/** The support that subjects stand on, and the clutter around it. */
import type { ResolvedScene } from "../scene/resolved-scene.js";
import { buildClutter } from "./clutter.js";
import { surroundingOf } from "./registry.js";
import type { Support, Surrounding } from "./surrounding.js";

/**
 * Everything around the subjects.
 * @param extent how far the camera may see along the ground, in millimetres
 * @param further surroundings of the user's own that the scene may name
 */
export function buildSurroundings(
  scene: ResolvedScene,
  extent: number,
  further: readonly Surrounding[] = [],
): Support {
  const { isGround, build } = surroundingOf(scene.surroundings.support, further);
  const { height, pieces } = build(scene, extent);
  return { height, pieces: [...pieces, ...buildClutter(scene, isGround ? height : undefined)] };
}
