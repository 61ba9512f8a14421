/** Flowers with many petals: the surroundings that bought the most transfer. Heads face +z with the top at the origin. */
import { Matrix4, Quaternion, Vector3 } from "three";
import type { Stream } from "../../src/shared/rng.js";
import { hsl, mixRgb, type Rgb, scaleRgb } from "../colour.js";
import type { MeshBuilder } from "../mesh.js";
import type { HeightMap } from "../organisms/organism.js";
import type { FLOWERS } from "../scene.js";
import { arc, ball, placed, tube } from "../shapes.js";

export type FlowerKind = (typeof FLOWERS)[number];

export interface FlowerPlan {
  kind: FlowerKind;
  /** Millimetres. */
  radius: number;
  petals: number;
  petal: Rgb;
  heart: Rgb;
  stem: Rgb;
}

interface FlowerHead {
  draw: (mesh: MeshBuilder, plan: FlowerPlan, draw: Stream) => void;
  /** Surface on which an insect walks. */
  height: (plan: FlowerPlan) => HeightMap;
}

const TURN = 2 * Math.PI;
const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5));
const Z = new Vector3(0, 0, 1);

/** Share of a composite head that is its heart: sunflowers have large ones, asters small ones. */
const heartShare = ({ petals }: FlowerPlan) => 0.24 + 0.28 * Math.min(1, petals / 45);

export const FLOWER_HEADS: Record<FlowerKind, FlowerHead> = {
  composite: {
    draw: (mesh, plan, draw) => {
      const heart = heartShare(plan) * plan.radius;
      drawFlorets(mesh, heart, plan, draw);
      const rows = draw.next() < 0.5 ? 2 : 1;
      for (let row = 0; row < rows; row++)
        for (let k = 0; k < plan.petals; k++) {
          const angle = (TURN * (k + 0.5 * row + 0.25 * (draw.next() - 0.5))) / plan.petals;
          const width =
            Math.max((1.6 * TURN * heart) / plan.petals, 0.16 * plan.radius) * draw.uniform(0.85, 1.1);
          const reach = { inner: heart * 0.85, outer: plan.radius * draw.uniform(0.9, 1.05), width };
          const z = -domeDrop(plan) - 0.02 * plan.radius * row;
          drawPetal(mesh, { ...reach, angle, z, rise: draw.uniform(-0.25, 0.12), cup: 0.12 }, plan, draw);
        }
    },
    height: (plan) => {
      const heart = heartShare(plan) * plan.radius;
      const drop = domeDrop(plan);
      return (x, y) => -drop * Math.min(1.2, (x * x + y * y) / (heart * heart));
    },
  },
  cluster: {
    draw: (mesh, plan, draw) => {
      const florets = 24 + Math.round(plan.petals * 1.1);
      for (let k = 0; k < florets; k++) {
        const r = plan.radius * Math.sqrt((k + 0.5) / florets);
        const [x, y] = [r * Math.cos(k * GOLDEN_ANGLE), r * Math.sin(k * GOLDEN_ANGLE)];
        const z = domeHeight(plan.radius * 1.25)(x, y) - draw.uniform(0, 0.1) * plan.radius;
        const size = plan.radius * 0.2 * draw.uniform(0.75, 1.2);
        const lean = new Vector3(
          x * 0.7 + plan.radius * draw.uniform(-0.35, 0.35),
          y * 0.7 + plan.radius * draw.uniform(-0.35, 0.35),
          plan.radius,
        );
        const frame = placed(new Vector3(x, y, z), new Quaternion().setFromUnitVectors(Z, lean.normalize()));
        mesh.within(frame, () => drawFloret(mesh, size, plan, draw));
        drawStalk(mesh, new Vector3(x, y, z), new Vector3(0, 0, -plan.radius * 1.3), plan);
      }
    },
    height: (plan) => domeHeight(plan.radius * 1.25),
  },
  spike: {
    draw: (mesh, plan, draw) => {
      const length = plan.radius * 4;
      const thickness = plan.radius * 0.42;
      const florets = 40 + plan.petals * 2;
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
        const size = plan.radius * 0.3 * draw.uniform(0.7, 1.15) * taper;
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
    draw: (mesh, plan, draw) => {
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
    draw: (mesh, plan, draw) => {
      const filaments = 170 + 5 * plan.petals;
      for (let k = 0; k < filaments; k++) {
        const tilt = Math.acos(1 - 0.95 * ((k + 0.5) / filaments));
        const turn = k * GOLDEN_ANGLE + draw.uniform(-0.2, 0.2);
        const direction = new Vector3(
          Math.sin(tilt) * Math.cos(turn),
          Math.sin(tilt) * Math.sin(turn),
          Math.cos(tilt),
        );
        drawFilament(mesh, plan, direction, plan.radius * draw.uniform(0.85, 1.08), draw);
      }
      const bulb = new Vector3(0, 0, -plan.radius * 1.05);
      ball(
        mesh,
        bulb,
        new Vector3(0.4, 0.4, 0.45).multiplyScalar(plan.radius),
        { colour: scaleRgb(plan.stem, 0.8) },
        10,
      );
    },
    height: (plan) => domeHeight(plan.radius * 0.95),
  },
};

/** Colours of a flower from its factors. */
export function flowerColours(
  hue: number,
  saturation: number,
  lightness: number,
  heartHue: number,
  heartLightness: number,
) {
  return {
    petal: hsl(hue, saturation, lightness),
    heart: hsl(heartHue, 0.75, heartLightness),
    stem: hsl(0.26, 0.45, 0.28),
  };
}

const domeDrop = (plan: FlowerPlan) => 0.32 * heartShare(plan) * plan.radius;

function domeHeight(radius: number): HeightMap {
  return (x, y) => Math.sqrt(Math.max(0.04 * radius * radius, radius * radius - x * x - y * y)) - radius;
}

/** A lying cylinder along x whose top line passes through the origin. */
export function cylinderHeight(radius: number): HeightMap {
  return (_x, y) => Math.sqrt(Math.max(0.04 * radius * radius, radius * radius - y * y)) - radius;
}

interface PetalPlan {
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

function drawPetal(mesh: MeshBuilder, petal: PetalPlan, plan: FlowerPlan, draw: Stream): void {
  const length = petal.outer - petal.inner;
  const shade = draw.uniform(0.82, 1.12);
  const [twist, curl, crinkle] = [draw.uniform(-0.25, 0.25), draw.uniform(-0.3, 0.15), draw.uniform(0, TURN)];
  const at = (u: number, v: number, out: Vector3) => {
    const across = (v - 0.5) * petal.width * petalOutline(u);
    const rise = petal.rise * length * u ** 1.5 + curl * length * u ** 4;
    const bowl = petal.cup * petal.width * ((2 * v - 1) ** 2 - 0.5) * u;
    const wave = 0.03 * length * u * Math.sin(crinkle + 9 * v);
    out.set(petal.inner + u * length, across, petal.z + rise + bowl + wave + twist * across * u);
  };
  const look = (u: number, v: number) => ({
    colour: scaleRgb(
      mixRgb(mixRgb(plan.heart, plan.petal, Math.min(1, 0.35 + 2.2 * u)), plan.petal, 0.4),
      shade * (0.86 + 0.2 * Math.abs(2 * v - 1)),
    ),
    gloss: 0.12,
    translucency: 0.5,
  });
  mesh.within(new Matrix4().makeRotationZ(petal.angle), () => mesh.grid(6, 4, at, look));
}

/** Widest beyond the middle, with a round tip. */
const petalOutline = (u: number) =>
  (0.34 + 0.66 * Math.sin(Math.min(1, u * 1.35) * 1.35)) * Math.sqrt(Math.max(0.02, 1 - u ** 6));

/** The heart's little flowers in a sunflower's spiral. */
function drawFlorets(mesh: MeshBuilder, heart: number, plan: FlowerPlan, draw: Stream): void {
  const count = 110;
  const drop = domeDrop(plan);
  const base = { colour: scaleRgb(plan.heart, 0.35) };
  const dome = (u: number, v: number, out: Vector3) =>
    out.set(heart * u * Math.cos(TURN * v), heart * u * Math.sin(TURN * v), -drop * (0.12 + u * u));
  mesh.grid(5, 16, dome, base, { closed: true });
  for (let k = 0; k < count; k++) {
    const share = Math.sqrt((k + 0.5) / count);
    const r = heart * share;
    const at = new Vector3(
      r * Math.cos(k * GOLDEN_ANGLE),
      r * Math.sin(k * GOLDEN_ANGLE),
      -drop * share * share,
    );
    const colour = mixRgb(
      scaleRgb(plan.heart, draw.uniform(0.7, 1.35)),
      [0.05, 0.02, 0.005],
      0.5 * (1 - share) * (plan.petals > 25 ? 1 : 0.2),
    );
    drawSpike(mesh, at, heart * 0.085, heart * 0.16 * draw.uniform(0.7, 1.3), colour);
  }
}

/** A four-sided bud. */
function drawSpike(mesh: MeshBuilder, at: Vector3, width: number, height: number, colour: Rgb): void {
  const tip = mesh.vertex(at.clone().setZ(at.z + height * 0.5), Z, 1, 0, {
    colour: scaleRgb(colour, 1.3),
    gloss: 0.15,
  });
  const ring = [0, 1, 2, 3].map((k) => {
    const out = new Vector3(Math.cos((k * TURN) / 4 + at.x), Math.sin((k * TURN) / 4 + at.x), 0);
    const foot = at.clone().addScaledVector(out, width);
    foot.z -= height * 0.5;
    return mesh.vertex(foot, out.setZ(0.6), 0, k / 4, { colour: scaleRgb(colour, 0.5) });
  });
  for (let k = 0; k < 4; k++) mesh.triangle(tip, ring[k]!, ring[(k + 1) % 4]!);
}

function drawFloret(mesh: MeshBuilder, size: number, plan: FlowerPlan, draw: Stream): void {
  const petals = 5;
  const turn = draw.uniform(0, TURN);
  const colour = scaleRgb(plan.petal, draw.uniform(0.8, 1.15));
  for (let k = 0; k < petals; k++) {
    const rise = draw.uniform(0.05, 0.5);
    const at = (u: number, v: number, out: Vector3) =>
      out.set(u * size, (v - 0.5) * size * 0.85 * Math.sin(Math.PI * (0.12 + 0.76 * u)), size * rise * u * u);
    const look = (u: number) => ({
      colour: mixRgb(scaleRgb(colour, 0.7), colour, u),
      translucency: 0.45,
      gloss: 0.1,
    });
    mesh.within(new Matrix4().makeRotationZ(turn + (k * TURN) / petals), () => mesh.grid(2, 2, at, look));
  }
  drawSpike(mesh, new Vector3(0, 0, size * 0.12), size * 0.16, size * 0.3, plan.heart);
}

function drawStalk(mesh: MeshBuilder, from: Vector3, to: Vector3, plan: FlowerPlan): void {
  tube(
    mesh,
    [
      from,
      from
        .clone()
        .lerp(to, 0.5)
        .setZ(from.z * 0.5 + to.z * 0.6),
      to,
    ],
    () => plan.radius * 0.012,
    { colour: plan.stem },
    { sides: 3 },
  );
}

function drawStamens(mesh: MeshBuilder, plan: FlowerPlan, draw: Stream): void {
  for (let k = 0; k < 26; k++) {
    const [turn, reach] = [k * GOLDEN_ANGLE, plan.radius * draw.uniform(0.08, 0.3)];
    const tip = new Vector3(
      reach * Math.cos(turn),
      reach * Math.sin(turn),
      plan.radius * draw.uniform(0.12, 0.26),
    );
    const root = new Vector3(0.3 * tip.x, 0.3 * tip.y, 0);
    tube(
      mesh,
      arc(root, new Vector3(tip.x * 0.6, tip.y * 0.6, tip.z * 0.7), tip, 3),
      () => plan.radius * 0.009,
      { colour: mixRgb(plan.heart, [0.7, 0.7, 0.4], 0.3) },
      { sides: 3 },
    );
    ball(mesh, tip, new Vector3(1, 1, 0.7).multiplyScalar(plan.radius * 0.026), { colour: plan.heart }, 4);
  }
}

function drawFilament(
  mesh: MeshBuilder,
  plan: FlowerPlan,
  direction: Vector3,
  reach: number,
  draw: Stream,
): void {
  const centre = new Vector3(0, 0, -plan.radius);
  const across = new Vector3()
    .crossVectors(direction, new Vector3(0.3, 0.2, 1))
    .setLength(plan.radius * 0.022);
  const colour = scaleRgb(plan.petal, draw.uniform(0.75, 1.2));
  const [root, tip] = [0.25, 1].map((share) => centre.clone().addScaledVector(direction, reach * share));
  const normal = direction.clone().lerp(Z, 0.3);
  const a = mesh.vertex(root!.clone().sub(across), normal, 0, 0, { colour: scaleRgb(colour, 0.35) });
  const b = mesh.vertex(root!.clone().add(across), normal, 0, 1, { colour: scaleRgb(colour, 0.35) });
  const c = mesh.vertex(tip!.clone().add(across.multiplyScalar(0.6)), normal, 1, 0, {
    colour,
    translucency: 0.4,
  });
  const d = mesh.vertex(tip!.clone().sub(across), normal, 1, 1, { colour, translucency: 0.4 });
  mesh.triangle(a, b, c);
  mesh.triangle(a, c, d);
}
