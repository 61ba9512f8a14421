/** What every organism's builder is given and hands back. */
import { Matrix4, Vector3 } from "three";
import type { MeshBuilder } from "../mesh.js";
import type { Individual } from "../resolve.js";
import { RAD } from "../shapes.js";
import type { Footing } from "./limbs.js";

/** Height of the support's surface over a point of its plane, in millimetres. */
export type HeightMap = (x: number, y: number) => number;

export interface Organism {
  /** Opaque body. */
  body: MeshBuilder;
  /** Translucent parts, if any; u runs along a wing, v across. */
  wings?: MeshBuilder;
  /** What it carries, if anything: no part of it, so that it hides what stands behind. */
  load?: MeshBuilder;
  /** Named points in the organism's frame. */
  keypoints: Record<string, Vector3>;
  /** From the organism's frame to the world's (millimetres). */
  toWorld: Matrix4;
}

/**
 * The frame of an insect that stands on the support: x ahead, y left, z away from the surface.
 * @param scale millimetres a unit of the insect's frame
 * @param footprint distance over which the slope is taken, in millimetres
 */
export function standingFrame(
  { x, y, heading }: Individual,
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
export function footingOf(toWorld: Matrix4, height: HeightMap): Footing {
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
