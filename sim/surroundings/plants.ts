/** Leaves, blades of grass, twigs and pebbles. */
import { Matrix4, Vector3 } from "three";
import type { Stream } from "../../src/shared/rng.js";
import { hsl, type Rgb } from "../geometry/colour.js";
import type { MeshBuilder } from "../geometry/mesh.js";
import { arc, tube } from "../geometry/shapes.js";

/** Half width of a leaf at u as a share of its greatest. */
export const leafOutline = (u: number) => Math.sin(Math.PI * Math.min(1, Math.max(0, u)) ** 0.8) ** 0.85;

/** Height of a leaf over its middle line: it hangs at the ends and folds along the midrib. */
export const leafHeight = (length: number, width: number) => (x: number, y: number) =>
  -0.5 * length * (x / length) ** 2 * 0.6 + 0.12 * Math.abs(y) * Math.min(1, width / length + 0.5);

/** A leaf about the origin along x; uv is in millimetres from the midrib's middle. */
export function drawLeaf(mesh: MeshBuilder, length: number, width: number, colour: Rgb): void {
  const height = leafHeight(length, width);
  const at = (u: number, v: number, out: Vector3) => {
    const [x, y] = [(u - 0.5) * length, (v - 0.5) * width * leafOutline(u)];
    out.set(x, y, height(x, y));
  };
  const coordinates = (u: number, v: number) =>
    [(u - 0.5) * length, (v - 0.5) * width * leafOutline(u)] as const;
  mesh.grid(14, 8, at, { colour, gloss: 0.3, translucency: 0.45 }, { coordinates });
}

/** The same leaf of fewer facets, with uv in [0, 1]². */
export function drawLamina(mesh: MeshBuilder, length: number, width: number, colour: Rgb): void {
  const height = leafHeight(length, width);
  const at = (u: number, v: number, out: Vector3) => {
    const [x, y] = [(u - 0.5) * length, (v - 0.5) * width * leafOutline(u)];
    out.set(x, y, height(x, y));
  };
  mesh.grid(8, 2, at, { colour, gloss: 0.3, translucency: 0.45 });
}

export function drawBlade(
  mesh: MeshBuilder,
  root: Vector3,
  height: number,
  width: number,
  draw: Stream,
): void {
  const turn = draw.uniform(0, 2 * Math.PI);
  const lean = draw.uniform(0.1, 0.9) * height;
  const mid = root
    .clone()
    .add(new Vector3(0.3 * lean * Math.cos(turn), 0.3 * lean * Math.sin(turn), height * 0.6));
  const tip = root
    .clone()
    .add(new Vector3(lean * Math.cos(turn), lean * Math.sin(turn), height * draw.uniform(0.7, 1)));
  const colour = hsl(draw.uniform(0.18, 0.32), draw.uniform(0.3, 0.7), draw.uniform(0.2, 0.45));
  const path = arc(root, mid, tip, 5);
  const side = new Vector3(-Math.sin(turn), Math.cos(turn), 0);
  const at = (u: number, v: number, out: Vector3) =>
    out.copy(path[Math.round(5 * u)]!).addScaledVector(side, width * (v - 0.5) * (1 - u * u));
  mesh.grid(5, 1, at, { colour, gloss: 0.25, translucency: 0.4 });
}

export function drawTwig(mesh: MeshBuilder, at: Vector3, length: number, radius: number, draw: Stream): void {
  const turn = draw.uniform(0, Math.PI);
  const half = new Vector3(Math.cos(turn), Math.sin(turn), draw.uniform(-0.06, 0.06)).multiplyScalar(
    length / 2,
  );
  const crook = new Vector3(draw.normal(0, 1), draw.normal(0, 1), draw.next()).multiplyScalar(length * 0.05);
  const middle = at.clone().add(crook);
  const colour = hsl(draw.uniform(0.05, 0.12), draw.uniform(0.15, 0.5), draw.uniform(0.15, 0.55));
  tube(
    mesh,
    arc(at.clone().sub(half), middle, at.clone().add(half), 6),
    (t) => radius * (1.1 - 0.5 * t),
    { colour },
    { sides: 6 },
  );
}

/** A worn stone, uneven and flat below; uv is in millimetres. */
export function drawPebble(mesh: MeshBuilder, at: Vector3, size: number, draw: Stream): void {
  const radii = new Vector3(
    draw.uniform(0.7, 1.3),
    draw.uniform(0.7, 1.3),
    draw.uniform(0.4, 0.8),
  ).multiplyScalar(size);
  const colour = hsl(draw.uniform(0.04, 0.13), draw.uniform(0.02, 0.35), draw.uniform(0.15, 0.7));
  const [phase, dents, shift] = [draw.uniform(0, 6.28), draw.uniform(0.05, 0.25), draw.uniform(0, 500)];
  const surface = (u: number, v: number, out: Vector3) => {
    const [ring, turn] = [0.6 * Math.PI * u, 2 * Math.PI * v];
    const uneven =
      1 + dents * Math.sin(2 * turn + phase) * Math.sin(ring) + 0.6 * dents * Math.sin(3 * turn - phase) * u;
    out.set(Math.sin(ring) * Math.cos(turn), Math.sin(ring) * Math.sin(turn), Math.cos(ring));
    out.multiply(radii).multiplyScalar(uneven);
  };
  const reach = 2 * size;
  const coordinates = (u: number, v: number): [number, number] => [
    shift + reach * u * Math.cos(2 * Math.PI * v),
    shift + reach * u * Math.sin(2 * Math.PI * v),
  ];
  mesh.within(new Matrix4().makeRotationZ(draw.uniform(0, 6.28)).setPosition(at), () =>
    mesh.grid(4, 9, surface, { colour }, { closed: true, coordinates }),
  );
}
