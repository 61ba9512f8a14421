/** Petals, filaments and small flowers: strips of few facets, to which the `lamina` surface adds grooves and veins. */
import { Matrix4, Vector3 } from "three";
import type { Stream } from "../../src/shared/rng.js";
import { mixRgb, type Rgb, scaleRgb } from "../geometry/colour.js";
import type { MeshBuilder } from "../geometry/mesh.js";

export interface PetalColours {
  petal: Rgb;
  /** Of a petal where it springs from. */
  base: Rgb;
  heart: Rgb;
}

export interface PetalPlan {
  inner: number;
  outer: number;
  width: number;
  angle: number;
  z: number;
  /** Slope towards the tip. */
  rise: number;
  /** Depth of its cross-section. */
  cup: number;
}

const TURN = 2 * Math.PI;
const Z = new Vector3(0, 0, 1);

export function drawPetal(mesh: MeshBuilder, petal: PetalPlan, colours: PetalColours, draw: Stream): void {
  const length = petal.outer - petal.inner;
  const [shade, pattern] = [draw.uniform(0.78, 1.1), patternShift(draw)];
  const [twist, curl, bow] = [
    draw.uniform(-0.3, 0.3),
    draw.uniform(-0.4, 0.15),
    draw.uniform(-0.12, 0.12) * petal.width,
  ];
  const at = (u: number, v: number, out: Vector3) => {
    const across = (v - 0.5) * petal.width * petalOutline(u);
    const rise = petal.rise * length * u ** 1.5 + curl * length * u ** 4;
    const bowl = petal.cup * petal.width * ((2 * v - 1) ** 2 - 0.5) * u;
    out.set(petal.inner + u * length, across + bow * u * u, petal.z + rise + bowl + twist * across * u);
  };
  const look = (u: number) => ({
    colour: scaleRgb(mixRgb(colours.base, colours.petal, Math.min(1, 2.6 * u)), shade * (0.7 + 0.36 * u)),
    gloss: 0.12,
    translucency: 0.5,
  });
  const rows = mesh.steps(6, 4);
  mesh.within(new Matrix4().makeRotationZ(petal.angle), () =>
    mesh.grid(rows, mesh.steps(2, 1), at, look, {
      steps: towardsTip(rows),
      coordinates: (u, v) => [pattern + u, v],
    }),
  );
}

/** Widest beyond the middle, with a round tip. */
const petalOutline = (u: number) =>
  (0.34 + 0.66 * Math.sin(Math.min(1, u * 1.35) * 1.35)) * Math.sqrt(Math.max(0.03, 1 - u ** 5));

/** Round tips need more rows than straight sides. */
const towardsTip = (rows: number) => Array.from({ length: rows + 1 }, (_, i) => 1 - (1 - i / rows) ** 1.6);

/** The surface reads u modulo 2; whole shifts of it give every petal veins of its own. */
const patternShift = (draw: Stream) => 2 * Math.floor(40 * draw.next());

/** Round petals about a bud, as clusters and spikes have them by the dozen. */
export function drawFloret(mesh: MeshBuilder, size: number, colours: PetalColours, draw: Stream): void {
  const [petals, turn] = [5, draw.uniform(0, TURN)];
  const [shade, opening] = [draw.uniform(0.78, 1.12), draw.uniform(0.1, 0.55)];
  const pattern = patternShift(draw);
  const rows = mesh.steps(4, 3);
  const steps = towardsTip(rows);
  for (let k = 0; k < petals; k++) {
    const [rise, curl] = [opening + draw.uniform(-0.12, 0.12), draw.uniform(-0.5, 0)];
    const roll = draw.uniform(0, 0.35);
    const at = (u: number, v: number, out: Vector3) => {
      const across = (v - 0.5) * size * 1.15 * floretOutline(u);
      out.set(u * size, across, size * (rise * u + curl * u * u * u) + roll * across);
    };
    const look = (u: number) => ({
      colour: scaleRgb(
        mixRgb(colours.base, colours.petal, Math.min(1, 0.3 + 1.4 * u)),
        shade * (0.68 + 0.36 * u),
      ),
      translucency: 0.45,
      gloss: 0.1,
    });
    const coordinates = (u: number, v: number): [number, number] => [pattern + u, v];
    mesh.within(new Matrix4().makeRotationZ(turn + (k * TURN) / petals), () =>
      mesh.grid(rows, 1, at, look, { steps, coordinates }),
    );
  }
  drawBud(mesh, new Vector3(0, 0, size * 0.1), size * 0.15, size * 0.16, colours.heart);
}

/** A narrow claw, then nearly round. */
const floretOutline = (u: number) =>
  (0.25 + 0.75 * Math.sin(Math.min(1, 1.5 * u) * 1.5)) * Math.sqrt(Math.max(0.08, 1 - u ** 4));

/** A small round cap of four facets whose normals turn as a ball's do; it hangs where its height is negative. */
export function drawBud(mesh: MeshBuilder, at: Vector3, width: number, height: number, colour: Rgb): void {
  const up = Math.sign(height);
  const tip = mesh.vertex(at.clone().setZ(at.z + height), new Vector3(0, 0, up), 0.9, 0.5, {
    colour: scaleRgb(colour, 1.15),
    gloss: 0.15,
  });
  const ring = [0, 1, 2, 3].map((k) => {
    const out = new Vector3(Math.cos((k * TURN) / 4 + at.x), Math.sin((k * TURN) / 4 + at.x), 0);
    const foot = at.clone().addScaledVector(out, width);
    return mesh.vertex(foot, out, 0.6, 0.5, { colour: scaleRgb(colour, 0.6) });
  });
  for (let k = 0; k < 4; k++)
    mesh.triangle(tip, ring[(k + (up < 0 ? 1 : 0)) % 4]!, ring[(k + (up < 0 ? 0 : 1)) % 4]!);
}

/** A thread of two facets from dark root to bright tip. */
export function drawFilament(
  mesh: MeshBuilder,
  root: Vector3,
  tip: Vector3,
  width: number,
  colour: Rgb,
): void {
  const along = new Vector3().subVectors(tip, root);
  const across = new Vector3().crossVectors(along, new Vector3(0.3, 0.2, 1)).setLength(width / 2);
  const normal = along.normalize().lerp(Z, 0.4);
  const dark = { colour: scaleRgb(colour, 0.4) };
  const bright = { colour, translucency: 0.4 };
  const a = mesh.vertex(root.clone().sub(across), normal, 0, 0.3, dark);
  const b = mesh.vertex(root.clone().add(across), normal, 0, 0.7, dark);
  const c = mesh.vertex(tip.clone().addScaledVector(across, 0.6), normal, 0.9, 0.7, bright);
  const d = mesh.vertex(tip.clone().addScaledVector(across, -0.6), normal, 0.9, 0.3, bright);
  mesh.triangle(a, b, c);
  mesh.triangle(a, c, d);
}
