/** One picture from numbers to files' bytes: what the workers render and what a replay renders again. */
import { amodalLabel } from "../labels/amodal.js";
import type { InstanceLabel } from "../labels/instance-label.js";
import { keypointLabel } from "../labels/keypoints.js";
import { encodeLabel, encodeMask } from "../labels/label-files.js";
import { labelInstances, type MaskLabel } from "../labels/mask-labels.js";
import type { Frames } from "../renderer/frames.js";
import { type CameraLabel, cameraLabel, poseOf, rounded } from "../renderer/pinhole.js";
import type { Renderer, Rendering } from "../renderer/renderer.js";
import { type FilePass, isFilePass, type LabelPass } from "../scene/label-passes.js";
import type { ResolvedScene } from "../scene/resolved-scene.js";
import { classesOf } from "../scene/scene.js";
import { borderWidth } from "../sensor/border.js";
import { expose } from "../sensor/sensor.js";

/** One picture with its labels, as bytes and numbers. */
export interface Sample {
  /** The picture's file, JPEG or PNG as the scene says. */
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

/**
 * Renders a picture with its labels.
 * @param passes which labels beside the instance mask
 */
export async function renderSample(
  renderer: Renderer,
  resolved: ResolvedScene,
  passes: readonly LabelPass[],
): Promise<Sample> {
  const rendering = await renderer.render(resolved, passes);
  const { scene, frames, camera } = rendering;
  const { width, height } = frames;
  const { image, mask } = await expose(frames, scene);
  const found = labelInstances(mask, width, height, { label: scene.label, preset: scene.kind.preset });
  const picture = { ...frames, mask, rim: borderWidth(scene.sensor, width, height) };
  return {
    image,
    mask: await encodeMask(mask, width, height),
    labels: await labelFiles(passes.filter(isFilePass), rendering, picture),
    camera: cameraLabel(camera, width, height),
    instances: found.map((label) => completed(label, rendering, picture)),
    scene,
  };
}

/** The finished picture's mask beside the frames it came from, and the width of its border. */
interface Picture extends Frames {
  mask: Uint8Array;
  rim: number;
}

function completed(label: MaskLabel, rendering: Rendering, picture: Picture): InstanceLabel {
  const { camera, subject, behindWings: depth } = rendering;
  const one = rendering.instances[label.instance - 1]!;
  const silhouette = rendering.silhouettes.get(label.instance);
  return {
    ...label,
    ...(silhouette && amodalLabel(silhouette, picture, label.instance, label.area)),
    pose: poseOf(one.toWorld, camera),
    length: rounded(one.length, 4),
    ...(depth && { keypoints: keypointLabel(subject.keypoints, one, camera, { ...picture, depth }) }),
  };
}

async function labelFiles(
  passes: readonly FilePass[],
  { geometry, scene }: Rendering,
  picture: Picture,
): Promise<Sample["labels"]> {
  if (!geometry) return {};
  const sources = { ...picture, geometry, category: classesOf(scene).indexOf(scene.label) + 1 };
  const files = passes.map(async (pass) => [pass, await encodeLabel(pass, sources)] as const);
  return Object.fromEntries(await Promise.all(files));
}
