/**
 * A subject that its surroundings hide is looked at from higher up, step by step to the zenith, and in the end without
 * the plants and things around it.
 */
import type { ResolvedScene } from "../scene/resolved-scene.js";
import type { Frames } from "./frames.js";

/** Least share of its length's square that the first subject must show: a seventh of what one seen freely fills. */
const LEAST_SHOWN = 0.02;
/** Steps to the zenith, in degrees, where roll still means something. */
const RAISES = 3;
const ZENITH = 88;

/** The scene as it is, then from higher and higher up, then cleared. */
export function attempts(resolved: ResolvedScene): ResolvedScene[] {
  const raised = Array.from({ length: RAISES }, (_, k) => raisedBy(resolved, (k + 1) / RAISES));
  return [resolved, ...raised, cleared(raised.at(-1)!)];
}

function raisedBy(resolved: ResolvedScene, share: number): ResolvedScene {
  const { camera } = resolved;
  const elevation = camera.elevation + (ZENITH - camera.elevation) * share;
  return { ...resolved, camera: { ...camera, elevation } };
}

function cleared(resolved: ResolvedScene): ResolvedScene {
  const none = { flowers: 0, leaves: 0, blades: 0, pebbles: 0, twigs: 0 };
  return {
    ...resolved,
    surroundings: { ...resolved.surroundings, ...none },
    occluders: { ...resolved.occluders, count: 0 },
  };
}

/** Whether enough is seen of the first subject; a scene without visible subjects has nothing to show. */
export function showsSubject({ ids, width, height }: Frames, { camera, visible }: ResolvedScene): boolean {
  if (!visible) return true;
  const length = Math.min(1, camera.framing) * Math.min(width, height);
  const shown = ids.reduce((count, id) => count + (id === 1 ? 1 : 0), 0);
  return shown >= LEAST_SHOWN * length * length;
}
