/** Hair: thin triangles rooted on a parametric surface, leaning backwards. */
import { Vector3 } from "three";
import type { Stream } from "../../../src/shared/rng.js";
import type { Rgb } from "../../geometry/colour.js";
import type { MeshBuilder } from "../../geometry/mesh.js";

export interface FurOptions {
  count: number;
  length: number;
  width: number;
  /** Direction that hairs lean to, and how strongly. */
  lean: Vector3;
  leaning: number;
  /** Which part of the surface bears hair, at (u, v). */
  covers?: (u: number, v: number) => number;
  colour: (u: number, v: number) => Rgb;
}

type Surface = (u: number, v: number, out: Vector3) => void;

const STEP = 1e-3;

/** Strews hairs evenly over (u, v); shaded with the skin's normal, so that fur takes light as a soft volume. */
export function drawFur(mesh: MeshBuilder, surface: Surface, options: FurOptions, draw: Stream): void {
  const root = new Vector3();
  // Fewer and wider where they would be finer than a pixel: as much is covered.
  const { levelOfDetail } = mesh;
  const count = Math.round(options.count * levelOfDetail);
  for (let k = 0; k < count; k++) {
    const [u, v] = [draw.uniform(0.01, 0.99), draw.next()];
    const share = options.covers?.(u, v) ?? 1;
    const [a, b, c, d, e] = [draw.next(), draw.next(), draw.next(), draw.next(), draw.next()];
    if (a >= share) continue;
    surface(u, v, root);
    const normal = normalOf(surface, u, v, root);
    const direction = normal.clone().addScaledVector(options.lean, options.leaning * (0.6 + 0.8 * b));
    direction.x += 0.7 * (c - 0.5);
    direction.y += 0.7 * (d - 0.5);
    hair(
      mesh,
      root,
      normal,
      direction.normalize(),
      options.length * (0.6 + 0.6 * e),
      options.width / levelOfDetail,
      options.colour(u, v),
    );
  }
}

function hair(
  mesh: MeshBuilder,
  root: Vector3,
  normal: Vector3,
  direction: Vector3,
  length: number,
  width: number,
  colour: Rgb,
): void {
  const across = new Vector3().crossVectors(direction, normal);
  if (across.lengthSq() < 1e-6) across.set(direction.y, -direction.x, 0.01);
  across.setLength(width / 2);
  const dark: Rgb = [colour[0] * 0.72, colour[1] * 0.72, colour[2] * 0.72];
  const tip = root.clone().addScaledVector(direction, length);
  const soft = normal.clone().lerp(direction, 0.4);
  const left = mesh.vertex(root.clone().sub(across), soft, 0, 0, { colour: dark });
  const right = mesh.vertex(root.clone().add(across), soft, 0, 1, { colour: dark });
  const end = mesh.vertex(tip, soft, 1, 0.5, { colour, translucency: 0.3 });
  mesh.triangle(left, right, end);
}

const a = new Vector3();
const b = new Vector3();

function normalOf(surface: Surface, u: number, v: number, at: Vector3): Vector3 {
  surface(u + STEP, v, a);
  surface(u, v + STEP, b);
  return new Vector3().crossVectors(a.sub(at), b.sub(at)).normalize();
}
