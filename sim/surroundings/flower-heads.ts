/** Flowers with many petals: the surroundings that bought the most transfer. Heads face +z with the top at the origin. */
import { Quaternion, Vector3 } from "three";
import type { Stream } from "../../src/shared/rng.js";
import { hsl, mixRgb, type Rgb, scaleRgb } from "../geometry/colour.js";
import type { HeightMap } from "../geometry/height-map.js";
import type { MeshBuilder } from "../geometry/mesh.js";
import { ball, placed, tube } from "../geometry/shapes.js";
import type { FLOWERS } from "../scene/factors.js";
import { drawBud, drawFilament, drawFloret, drawPetal, type PetalColours } from "./petals.js";

export type FlowerKind = (typeof FLOWERS)[number];

export interface FlowerPlan extends PetalColours {
  kind: FlowerKind;
  /** Millimetres. */
  radius: number;
  petals: number;
  stem: Rgb;
}

/** What flowers are drawn into, each mesh with a surface of its own. */
export interface FlowerMeshes {
  /** Petals, stems and stamens. */
  laminas: MeshBuilder;
  /** Hearts of composite heads. */
  discs: MeshBuilder;
}

interface FlowerHead {
  draw: (meshes: FlowerMeshes, plan: FlowerPlan, draw: Stream) => void;
  /** Surface on which a subject walks. */
  height: (plan: FlowerPlan) => HeightMap;
}

const TURN = 2 * Math.PI;
const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5));
const Z = new Vector3(0, 0, 1);

/** Share of a composite head that is its heart: sunflowers have large ones, asters small ones. */
const heartShare = ({ petals }: FlowerPlan) => 0.24 + 0.28 * Math.min(1, petals / 45);

export const FLOWER_HEADS: Record<FlowerKind, FlowerHead> = {
  composite: {
    draw: ({ laminas, discs }, plan, draw) => {
      const heart = heartShare(plan) * plan.radius;
      drawDisc(discs, heart, plan);
      drawTufts(laminas, heart, plan, draw);
      const rows = draw.next() < 0.5 ? 2 : 1;
      for (let row = 0; row < rows; row++) drawRays(laminas, row, heart, plan, draw);
    },
    height: (plan) => {
      const heart = heartShare(plan) * plan.radius;
      const drop = domeDrop(plan);
      return (x, y) => -drop * Math.min(1.2, (x * x + y * y) / (heart * heart));
    },
  },
  cluster: {
    draw: ({ laminas: mesh }, plan, draw) => {
      const florets = 24 + Math.round(plan.petals * 1.1);
      for (let k = 0; k < florets; k++) {
        const r = plan.radius * Math.sqrt((k + 0.5) / florets);
        const [x, y] = [r * Math.cos(k * GOLDEN_ANGLE), r * Math.sin(k * GOLDEN_ANGLE)];
        const z = domeHeight(plan.radius * 1.25)(x, y) - draw.uniform(0, 0.16) * plan.radius;
        const size = plan.radius * Math.sqrt(1.8 / florets) * draw.uniform(0.75, 1.2);
        const lean = new Vector3(
          x * 0.7 + plan.radius * draw.uniform(-0.4, 0.4),
          y * 0.7 + plan.radius * draw.uniform(-0.4, 0.4),
          plan.radius,
        );
        const frame = placed(new Vector3(x, y, z), new Quaternion().setFromUnitVectors(Z, lean.normalize()));
        mesh.within(frame, () => drawFloret(mesh, size, plan, draw));
        const fork = new Vector3(x * 0.4, y * 0.4, -plan.radius);
        drawFilament(mesh, fork, new Vector3(x, y, z), plan.radius * 0.035, plan.stem);
      }
    },
    height: (plan) => domeHeight(plan.radius * 1.25),
  },
  spike: {
    draw: ({ laminas: mesh }, plan, draw) => {
      const length = plan.radius * 4;
      const thickness = plan.radius * 0.42;
      const florets = 44 + plan.petals;
      for (let k = 0; k < florets; k++) {
        const t = (k + 0.5) / florets;
        const taper = Math.sin(Math.PI * (0.12 + 0.82 * t)) ** 0.6;
        const out = new Vector3(0, Math.cos(k * GOLDEN_ANGLE), Math.sin(k * GOLDEN_ANGLE));
        const at = new Vector3((t - 0.5) * length, 0, -thickness).addScaledVector(
          out,
          thickness * taper * 0.8,
        );
        const lean = out
          .clone()
          .add(new Vector3(draw.uniform(0, 0.8), draw.uniform(-0.3, 0.3), 0))
          .normalize();
        const size = plan.radius * 0.33 * draw.uniform(0.7, 1.15) * taper;
        mesh.within(placed(at, new Quaternion().setFromUnitVectors(Z, lean)), () =>
          drawFloret(mesh, size, plan, draw),
        );
      }
      const stem = [
        new Vector3(-length * 1.6, 0, -thickness),
        new Vector3(0, 0, -thickness),
        new Vector3(length / 2, 0, -thickness),
      ];
      tube(mesh, stem, () => plan.radius * 0.1, { colour: plan.stem });
    },
    height: (plan) => cylinderHeight(plan.radius * 0.42),
  },
  cup: {
    draw: ({ laminas: mesh }, plan, draw) => {
      const petals = 5 + (plan.petals % 4);
      for (let k = 0; k < petals; k++) {
        const angle = (TURN * (k + 0.12 * draw.normal(0, 1))) / petals;
        const width = (1.35 * TURN * plan.radius * 0.62) / petals;
        const z = -0.012 * plan.radius * (k % 2);
        drawPetal(
          mesh,
          { inner: 0, outer: plan.radius * draw.uniform(0.92, 1.08), width, angle, z, rise: 0.24, cup: 0.24 },
          plan,
          draw,
        );
      }
      drawStamens(mesh, plan, draw);
    },
    height: (plan) => (x, y) => (0.16 * (x * x + y * y)) / plan.radius,
  },
  thistle: {
    draw: ({ laminas: mesh }, plan, draw) => {
      const filaments = 170 + 5 * plan.petals;
      const centre = new Vector3(0, 0, -plan.radius);
      for (let k = 0; k < filaments; k++) {
        const tilt = Math.acos(1 - 0.95 * ((k + 0.5) / filaments));
        const turn = k * GOLDEN_ANGLE + draw.uniform(-0.2, 0.2);
        const direction = new Vector3(
          Math.sin(tilt) * Math.cos(turn),
          Math.sin(tilt) * Math.sin(turn),
          Math.cos(tilt),
        );
        const [root, tip] = [0.25, draw.uniform(0.85, 1.08)].map((reach) =>
          centre.clone().addScaledVector(direction, plan.radius * reach),
        );
        const colour = scaleRgb(plan.petal, draw.uniform(0.75, 1.2));
        drawFilament(mesh, root!, tip!, plan.radius * 0.04, colour);
      }
      const bulb = new Vector3(0, 0, -plan.radius * 1.05);
      ball(
        mesh,
        bulb,
        new Vector3(0.4, 0.4, 0.45).multiplyScalar(plan.radius),
        { colour: scaleRgb(plan.stem, 0.8) },
        6,
      );
    },
    height: (plan) => domeHeight(plan.radius * 0.95),
  },
};

/** Colours of a flower from its factors. Most petals pale or redden towards their base; some carry a dark mark there. */
export function flowerColours(
  hue: number,
  saturation: number,
  lightness: number,
  heartHue: number,
  heartLightness: number,
  draw: Stream,
) {
  const petal = hsl(hue, saturation, lightness);
  const heart = hsl(heartHue, 0.75, heartLightness);
  const [mark, depth] = [draw.next(), draw.uniform(0.2, 0.8)];
  const dark = hsl(hue + draw.uniform(-0.04, 0.04), saturation, lightness * 0.3);
  const pale = mixRgb(heart, hsl(hue, saturation * 0.4, 0.85), 0.6);
  const base = mixRgb(petal, mark < 0.3 ? dark : mark < 0.65 ? pale : heart, depth);
  return { petal, base, heart, stem: hsl(0.26, 0.45, 0.28) };
}

const domeDrop = (plan: FlowerPlan) => 0.32 * heartShare(plan) * plan.radius;

function domeHeight(radius: number): HeightMap {
  return (x, y) => Math.sqrt(Math.max(0.04 * radius * radius, radius * radius - x * x - y * y)) - radius;
}

/** A lying cylinder along x whose top line passes through the origin. */
export function cylinderHeight(radius: number): HeightMap {
  return (_x, y) => Math.sqrt(Math.max(0.04 * radius * radius, radius * radius - y * y)) - radius;
}

/** One whorl of a composite's petals. */
function drawRays(mesh: MeshBuilder, row: number, heart: number, plan: FlowerPlan, draw: Stream): void {
  const z = -domeDrop(plan) - 0.02 * plan.radius * row;
  for (let k = 0; k < plan.petals; k++) {
    const angle = (TURN * (k + 0.5 * row + 0.25 * (draw.next() - 0.5))) / plan.petals;
    const width = Math.max((1.6 * TURN * heart) / plan.petals, 0.16 * plan.radius) * draw.uniform(0.85, 1.1);
    const reach = { inner: heart * 0.85, outer: plan.radius * draw.uniform(0.86, 1.06), width };
    drawPetal(mesh, { ...reach, angle, z, rise: draw.uniform(-0.25, 0.12), cup: 0.15 }, plan, draw);
  }
}

/** A dome on whose (radius, turn) the surface draws spirals of florets: young and dark within, in pollen at the rim. */
function drawDisc(mesh: MeshBuilder, heart: number, plan: FlowerPlan): void {
  const drop = domeDrop(plan);
  const dome = (u: number, v: number, out: Vector3) =>
    out.set(heart * u * Math.cos(TURN * v), heart * u * Math.sin(TURN * v), -drop * u * u);
  const young = mixRgb(scaleRgb(plan.heart, 0.5), plan.stem, 0.35);
  const look = (u: number) => ({ colour: mixRgb(young, plan.heart, Math.min(1, 1.7 * u * u)), gloss: 0.1 });
  mesh.grid(mesh.steps(5, 4), mesh.steps(18, 12), dome, look, { closed: true });
}

/** The opened florets, which stand out of the disc towards its rim. */
function drawTufts(mesh: MeshBuilder, heart: number, plan: FlowerPlan, draw: Stream): void {
  const drop = domeDrop(plan);
  const count = mesh.steps(90, 40);
  for (let k = 0; k < count; k++) {
    const share = Math.sqrt(draw.uniform(0.25, 1));
    const out = new Vector3(Math.cos(k * GOLDEN_ANGLE), Math.sin(k * GOLDEN_ANGLE), 0);
    const root = out
      .clone()
      .multiplyScalar(heart * share)
      .setZ(-drop * share * share);
    const height = heart * draw.uniform(0.05, 0.14);
    const tip = root.clone().addScaledVector(out, height * draw.uniform(-0.2, 0.9));
    tip.z += height;
    drawFilament(mesh, root, tip, heart * 0.06, scaleRgb(plan.heart, draw.uniform(1, 1.8)));
  }
}

function drawStamens(mesh: MeshBuilder, plan: FlowerPlan, draw: Stream): void {
  const thread = mixRgb(plan.heart, [0.7, 0.7, 0.4], 0.3);
  for (let k = 0; k < 26; k++) {
    const [turn, reach] = [k * GOLDEN_ANGLE, plan.radius * draw.uniform(0.08, 0.3)];
    const tip = new Vector3(
      reach * Math.cos(turn),
      reach * Math.sin(turn),
      plan.radius * draw.uniform(0.12, 0.26),
    );
    drawFilament(mesh, new Vector3(0.3 * tip.x, 0.3 * tip.y, 0), tip, plan.radius * 0.018, thread);
    for (const height of [0.02, -0.02])
      drawBud(mesh, tip, plan.radius * 0.026, plan.radius * height, plan.heart);
  }
}
