/** One picture from numbers to files' bytes: what the workers render and what a replay renders again. */

import type { InstanceLabel } from "./instance-label.js";
import { keypointLabel } from "./keypoints.js";
import { encodeLabel, encodeMask, type LabelImages } from "./label-files.js";
import { type FilePass, isFilePass, type LabelPass } from "./label-passes.js";
import { labelInstances, type MaskLabel } from "./labels.js";
import type { Frames, Studio } from "./passes.js";
import { type CameraLabel, cameraLabel, poseOf, rounded } from "./pinhole.js";
import type { ResolvedScene } from "./resolve.js";
import { CLASSES } from "./scene.js";
import { borderWidth, expose } from "./sensor.js";
import { amodalLabel } from "./silhouette.js";
import type { Traces } from "./tracer.js";

export interface Sample {
  image: Buffer;
  /** PNG of instance numbers. */
  mask: Buffer;
  /** Bytes of the further label files that were asked for. */
  labels: Partial<Record<FilePass, Uint8Array>>;
  camera: CameraLabel;
  instances: InstanceLabel[];
  /** The numbers that the picture was made from in the end. */
  scene: ResolvedScene;
}

/** Least share of its length's square that the first insect must show: a seventh of what one seen freely fills. */
const LEAST_SHOWN = 0.02;
/** Steps to the zenith, in degrees, where roll still means something. */
const RAISES = 3;
const ZENITH = 88;

export async function renderSample(
  studio: Studio,
  resolved: ResolvedScene,
  passes: readonly LabelPass[],
): Promise<Sample> {
  const { scene, frames } = await unhidden(studio, resolved);
  const { width, height } = frames;
  const { image, mask } = await expose(frames, scene);
  const found = labelInstances(mask, width, height, { label: scene.label, preset: scene.kind.preset });
  const traces = studio.trace({
    geometry: passes.some(isFilePass),
    behindWings: passes.includes("keypoints"),
    silhouettes: passes.includes("boxes") ? found.map(({ instance }) => instance) : [],
  });
  const picture = { ...frames, mask, rim: borderWidth(scene.sensor, width, height) };
  return {
    image,
    mask: await encodeMask(mask, width, height),
    labels: await labelFiles(passes.filter(isFilePass), scene, traces, picture),
    camera: cameraLabel(traces.camera, width, height),
    instances: found.map((label) => completed(label, traces, picture)),
    scene,
  };
}

/** The finished picture's mask beside the frames it came from, and the width of its border. */
interface Picture extends Frames {
  mask: Uint8Array;
  rim: number;
}

function completed(label: MaskLabel, traces: Traces, picture: Picture): InstanceLabel {
  const { instance, area } = label;
  const insect = traces.insects[instance - 1]!;
  const silhouette = traces.silhouettes.get(instance);
  const depth = traces.behindWings;
  return {
    ...label,
    ...(silhouette && amodalLabel(silhouette, picture, instance, area)),
    pose: poseOf(insect.toWorld, traces.camera),
    length: rounded(insect.length, 4),
    ...(depth && { keypoints: keypointLabel(label.label, insect, traces.camera, { ...picture, depth }) }),
  };
}

async function labelFiles(
  passes: readonly FilePass[],
  { label }: ResolvedScene,
  { geometry }: Traces,
  picture: Picture,
): Promise<Sample["labels"]> {
  if (!geometry) return {};
  const images: LabelImages = { ...picture, geometry, category: CLASSES.indexOf(label) + 1 };
  const files = passes.map(async (pass) => [pass, await encodeLabel(pass, images)] as const);
  return Object.fromEntries(await Promise.all(files));
}

/**
 * A subject that its surroundings hide is looked at from higher up, step by step to the zenith, and in the end without
 * the plants and things around it.
 */
async function unhidden(
  studio: Studio,
  resolved: ResolvedScene,
): Promise<{ scene: ResolvedScene; frames: Frames }> {
  for (let attempt = 0; ; attempt++) {
    const scene = attempted(resolved, attempt);
    const frames = await studio.render(scene);
    if (attempt > RAISES || !scene.visible || shows(frames, scene)) return { scene, frames };
  }
}

function attempted(resolved: ResolvedScene, attempt: number): ResolvedScene {
  if (attempt === 0) return resolved;
  const { camera, surroundings, occluders } = resolved;
  const elevation = camera.elevation + (ZENITH - camera.elevation) * Math.min(1, attempt / RAISES);
  const raised = { ...resolved, camera: { ...camera, elevation } };
  if (attempt <= RAISES) return raised;
  const cleared = { ...surroundings, flowers: 0, leaves: 0, blades: 0, pebbles: 0, twigs: 0 };
  return { ...raised, surroundings: cleared, occluders: { ...occluders, count: 0 } };
}

function shows({ ids, width, height }: Frames, { camera }: ResolvedScene): boolean {
  const shorter = Math.min(width, height);
  const length = Math.min(1, camera.framing) * shorter;
  const shown = ids.reduce((count, id) => count + (id === 1 ? 1 : 0), 0);
  return shown >= LEAST_SHOWN * length * length;
}
