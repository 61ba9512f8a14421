/** One picture from numbers to files' bytes: what the workers render and what a replay renders again. */
import { type InstanceLabel, labelInstances } from "./labels.js";
import type { Frames, Studio } from "./passes.js";
import type { ResolvedScene } from "./resolve.js";
import { encodeMask, expose } from "./sensor.js";

export interface Sample {
  image: Buffer;
  /** PNG of instance numbers. */
  mask: Buffer;
  instances: InstanceLabel[];
  /** The numbers that the picture was made from in the end. */
  scene: ResolvedScene;
}

/** Least share of its length's square that the first insect must show: a seventh of what one seen freely fills. */
const LEAST_SHOWN = 0.02;
const ATTEMPTS = 4;

export async function renderSample(studio: Studio, resolved: ResolvedScene): Promise<Sample> {
  const { scene, frames } = await unhidden(studio, resolved);
  const { image, mask } = await expose(frames, scene);
  const whose = { label: scene.label, preset: scene.kind.preset };
  return {
    image,
    mask: await encodeMask(mask, frames.width, frames.height),
    instances: labelInstances(mask, frames.width, frames.height, whose),
    scene,
  };
}

/** A subject that its surroundings hide is looked at from higher up, step by step to the zenith. */
async function unhidden(
  studio: Studio,
  resolved: ResolvedScene,
): Promise<{ scene: ResolvedScene; frames: Frames }> {
  for (let attempt = 0; ; attempt++) {
    const { elevation } = resolved.camera;
    const raised = elevation + ((88 - elevation) * attempt) / (ATTEMPTS - 1);
    const scene = attempt ? { ...resolved, camera: { ...resolved.camera, elevation: raised } } : resolved;
    const frames = await studio.render(scene);
    if (attempt === ATTEMPTS - 1 || !scene.visible || shows(frames, scene)) return { scene, frames };
  }
}

function shows({ ids, width, height }: Frames, { camera }: ResolvedScene): boolean {
  const shorter = Math.min(width, height);
  const length = Math.min(1, camera.framing) * shorter;
  const shown = ids.reduce((count, id) => count + (id === 1 ? 1 : 0), 0);
  return shown >= LEAST_SHOWN * length * length;
}
