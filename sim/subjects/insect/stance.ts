/** How an insect stands on its support. */
import { Matrix4, Vector3 } from "three";
import type { HeightMap } from "../../geometry/height-map.js";
import { RAD } from "../../geometry/shapes.js";
import type { Individual } from "../subject.js";

/**
 * The frame of an insect that stands on the support: x ahead, y left, z away from the surface.
 * @param scale millimetres a unit of the insect's frame
 * @param footprint distance over which the slope is taken, in millimetres
 */
export function standingFrame(
  { x, y, heading }: Pick<Individual, "x" | "y" | "heading">,
  height: HeightMap,
  scale: number,
  footprint: number,
): Matrix4 {
  const slopeX = (height(x + footprint, y) - height(x - footprint, y)) / (2 * footprint);
  const slopeY = (height(x, y + footprint) - height(x, y - footprint)) / (2 * footprint);
  const up = new Vector3(-slopeX, -slopeY, 1).normalize();
  const ahead = new Vector3(Math.cos(heading * RAD), Math.sin(heading * RAD), 0);
  ahead.addScaledVector(up, -ahead.dot(up)).normalize();
  const left = new Vector3().crossVectors(up, ahead);
  const frame = new Matrix4().makeBasis(ahead, left, up).scale(new Vector3(scale, scale, scale));
  return frame.setPosition(x, y, height(x, y));
}

/** The support's height in the insect's own frame. */
export function footingOf(toWorld: Matrix4, height: HeightMap): HeightMap {
  const back = toWorld.clone().invert();
  const point = new Vector3();
  return (x, y) => {
    point.set(x, y, 0).applyMatrix4(toWorld);
    point.z = height(point.x, point.y);
    return point.applyMatrix4(back).z;
  };
}

/** Points of a part's frame, taken along to the organism's. */
export function moved(points: Record<string, Vector3>, by: Matrix4): Record<string, Vector3> {
  return Object.fromEntries(Object.entries(points).map(([name, p]) => [name, p.clone().applyMatrix4(by)]));
}
