/** Keypoints in COCO's form: where each named point falls, and whether it can be seen there. */
import type { PerspectiveCamera } from "three";
import type { Instance } from "../renderer/build.js";
import { projector, rounded } from "../renderer/pinhole.js";

/** 0: outside the picture, and then x = y = 0. 1: in the picture but hidden. 2: seen. */
export type Visibility = 0 | 1 | 2;

/** What stands nearest in each pixel, wings left out. */
export interface DepthImage {
  width: number;
  height: number;
  /** Millimetres along the view; 0 where nothing stands. */
  depth: Float32Array;
  /** Width of a border that covers the picture's rim, in pixels. */
  rim: number;
}

/** Points lie on joints inside the body: what is nearer by less than this share of its length does not hide them. */
const SKIN = 0.06;

/** [x, y, v] for each of the names, in one row. */
export function keypointLabel(
  names: readonly string[],
  { keypoints, length }: Instance,
  camera: PerspectiveCamera,
  picture: DepthImage,
): number[] {
  const project = projector(camera, picture.width, picture.height);
  return names.flatMap((name) => {
    const { x, y, depth } = project(keypoints[name]!);
    if (depth <= camera.near || !isInside(x, y, picture)) return [0, 0, 0];
    return [rounded(x, 3), rounded(y, 3), visibility(x, y, depth - SKIN * length, picture)];
  });
}

const isInside = (x: number, y: number, { width, height }: DepthImage) =>
  x >= 0 && y >= 0 && x < width && y < height;

function visibility(
  x: number,
  y: number,
  nearest: number,
  { width, height, depth, rim }: DepthImage,
): Visibility {
  const [column, row] = [Math.floor(x), Math.floor(y)];
  if (Math.min(column, row, width - 1 - column, height - 1 - row) < rim) return 1;
  const there = depth[row * width + column]!;
  return there > 0 && there < nearest ? 1 : 2;
}
