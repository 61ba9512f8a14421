/** Closed bodies and limbs from which organisms and plants are put together. */
import { Matrix4, Quaternion, Vector3 } from "three";
import type { Look, MeshBuilder } from "./mesh.js";

type Painter = Look | ((u: number, v: number) => Look);

const FULL_TURN = 2 * Math.PI;
export const RAD = Math.PI / 180;

/** A body of revolution about the x axis, in its mesh's units. */
export interface SpindleOptions {
  /** From x = 0 to x = -length, backwards. */
  length: number;
  width: number;
  height: number;
  /** Radius at t in [0, 1] from front to back as a share of the largest; an ellipse where absent. */
  profile?: (t: number) => number;
  /** Sideways and upward shift of the axis at t. */
  bend?: (t: number) => number;
  /** Exponent of the cross-section: 2 round, more squarer. */
  squareness?: number;
  rows?: number;
  /** Rows without which it loses its shape or its bands. */
  leastRows?: number;
  columns?: number;
}

/** Outline of an ellipse: 0 at both ends. */
export const ellipse = (t: number): number => Math.sqrt(Math.max(0, 1 - (2 * t - 1) ** 2));

/** A point on a spindle's surface; v = 0 is its left side, .25 its top. */
export function spindlePoint(options: SpindleOptions, t: number, v: number, out: Vector3): void {
  const radius = (options.profile ?? ellipse)(t) / 2;
  const exponent = 2 / (options.squareness ?? 2);
  out.set(
    -options.length * t,
    radius * options.width * signedPower(Math.cos(v * FULL_TURN), exponent),
    radius * options.height * signedPower(Math.sin(v * FULL_TURN), exponent) + (options.bend?.(t) ?? 0),
  );
}

function signedPower(x: number, exponent: number): number {
  return exponent === 1 ? x : Math.sign(x) * Math.abs(x) ** exponent;
}

/** A body of revolution along -x with an elliptic section: head, thorax, gaster. */
export function spindle(mesh: MeshBuilder, options: SpindleOptions, look: Painter): void {
  const rows = mesh.steps(options.rows ?? 14, options.leastRows ?? 7);
  // Cosine spacing: round ends need more rows than the middle.
  const steps = Array.from({ length: rows + 1 }, (_, i) => (1 - Math.cos((Math.PI * i) / rows)) / 2);
  const at = (u: number, v: number, out: Vector3) => spindlePoint(options, u, v, out);
  mesh.grid(rows, mesh.steps(options.columns ?? 18, 8), at, look, { closed: true, steps });
}

/** An ellipsoid about `centre`. */
export function ball(mesh: MeshBuilder, centre: Vector3, radii: Vector3, look: Painter, detail = 8): void {
  const at = (u: number, v: number, out: Vector3) => {
    const [ring, turn] = [Math.PI * u, FULL_TURN * v];
    out.set(Math.cos(ring), Math.sin(ring) * Math.cos(turn), Math.sin(ring) * Math.sin(turn));
    out.multiply(radii).add(centre);
  };
  const rows = mesh.steps(detail, 4);
  mesh.grid(rows, rows + 2, at, look, { closed: true });
}

/**
 * A round tube along a polyline; its radius at t in [0, 1] is `radius(t)`.
 * @param path at least two points
 */
export function tube(
  mesh: MeshBuilder,
  path: readonly Vector3[],
  radius: (t: number) => number,
  look: Painter,
  options: { sides?: number; flatten?: number } = {},
): void {
  const frames = path.map((_, i) => frameAt(path, i));
  const rows = path.length - 1;
  const flatten = options.flatten ?? 1;
  const at = (u: number, v: number, out: Vector3) => {
    const i = Math.round(u * rows);
    const { side, up } = frames[i]!;
    const r = radius(u);
    out.copy(path[i]!);
    out.addScaledVector(side, r * Math.cos(FULL_TURN * v));
    out.addScaledVector(up, -r * flatten * Math.sin(FULL_TURN * v));
  };
  mesh.grid(rows, mesh.steps(options.sides ?? 6, 4), at, look, { closed: true });
}

const UP = new Vector3(0, 0, 1);
const SIDEWAYS = new Vector3(0, 1, 0);

function frameAt(path: readonly Vector3[], i: number): { side: Vector3; up: Vector3 } {
  const along = new Vector3()
    .subVectors(path[Math.min(path.length - 1, i + 1)]!, path[Math.max(0, i - 1)]!)
    .normalize();
  const reference = Math.abs(along.z) < 0.9 ? UP : SIDEWAYS;
  const side = new Vector3().crossVectors(reference, along).normalize();
  return { side, up: new Vector3().crossVectors(along, side) };
}

/** Points on the arc a, b, c of a quadratic Bézier curve. */
export function arc(a: Vector3, b: Vector3, c: Vector3, steps: number): Vector3[] {
  return Array.from({ length: steps + 1 }, (_, i) => {
    const t = i / steps;
    return new Vector3()
      .addScaledVector(a, (1 - t) ** 2)
      .addScaledVector(b, 2 * t * (1 - t))
      .addScaledVector(c, t ** 2);
  });
}

/** Radius profile of a limb's segment: thickest near its first third, tapered to both ends. */
export const limbProfile = (thick: number, thin: number) => (t: number) =>
  t <= 0 || t >= 1 ? thin * 0.6 : thin + (thick - thin) * Math.sin(Math.PI * t ** 0.7) ** 0.8;

/** A rotation in degrees: first yaw about z, then pitch about the turned y (positive lifts -x), then roll about x. */
export function attitude(yaw: number, pitch: number, roll = 0): Quaternion {
  const q = new Quaternion().setFromAxisAngle(UP, yaw * RAD);
  q.multiply(new Quaternion().setFromAxisAngle(SIDEWAYS, pitch * RAD));
  return q.multiply(new Quaternion().setFromAxisAngle(new Vector3(1, 0, 0), roll * RAD));
}

/** Scaled, then turned, then moved to `at`. */
export function placed(at: Vector3, rotation = new Quaternion(), scale = 1): Matrix4 {
  return new Matrix4().compose(at, rotation, new Vector3(scale, scale, scale));
}
