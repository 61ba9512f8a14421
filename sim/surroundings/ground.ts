/** Uneven ground of soil, sand, stone, concrete, wood, bark, leaf, petal, honeycomb or nothing in particular. */
import type { Vector3 } from "three";
import { type Stream, stream } from "../../src/shared/rng.js";
import { hex, hsl, type Rgb } from "../geometry/colour.js";
import type { HeightMap } from "../geometry/height-map.js";
import type { Material } from "../geometry/material.js";
import { MeshBuilder } from "../geometry/mesh.js";
import type { GROUNDS } from "../scene/factors.js";
import type { ResolvedScene } from "../scene/resolved-scene.js";
import type { Support, Surrounding } from "./surrounding.js";

export const ground = { name: "ground", isGround: true, build: buildGround } satisfies Surrounding;

type GroundName = (typeof GROUNDS)[number];

interface GroundCard {
  colours: readonly [Rgb, Rgb, Rgb];
  /** Millimetres. */
  grain: number;
  relief: number;
}

const CARDS: Record<GroundName, GroundCard> = {
  soil: { colours: [hex(0x33231a), hex(0x7d5c40), hex(0xb59a78)], grain: 1.6, relief: 0.55 },
  sand: { colours: [hex(0x8d7558), hex(0xd6c2a0), hex(0xf0e8d8)], grain: 1, relief: 0.3 },
  stone: { colours: [hex(0x4d4b4a), hex(0xa09b94), hex(0xc9c4a6)], grain: 2.6, relief: 0.4 },
  concrete: { colours: [hex(0x7f7d7b), hex(0xbdb9b2), hex(0x5f5b58)], grain: 1.8, relief: 0.3 },
  wood: { colours: [hex(0x4e4139), hex(0xa58e76), hex(0xc2b8ac)], grain: 2.2, relief: 0.3 },
  bark: { colours: [hex(0x2c211a), hex(0x8a6d54), hex(0x9aa07e)], grain: 2.8, relief: 0.6 },
  leaf: { colours: [hex(0x3a5a20), hex(0x789c42), hex(0xbdd28a)], grain: 1.4, relief: 0.12 },
  petal: { colours: [hex(0xb05a78), hex(0xe59ab4), hex(0xf4cfdc)], grain: 1.5, relief: 0.1 },
  honeycomb: { colours: [hex(0x6d4314), hex(0xd9a441), hex(0xc99a52)], grain: 1, relief: 0.5 },
  plain: { colours: [hex(0xb8b6b2), hex(0xe6e4df), hex(0xf6f5f2)], grain: 2, relief: 0.05 },
};

/** @param extent half the side of the ground, in millimetres */
function buildGround(scene: ResolvedScene, extent: number): Support {
  const { surroundings, kind } = scene;
  const draw = stream(surroundings.detail, "ground");
  const bumps = kind.shape.bodyLength * 2.5;
  const rolling = surroundings.ground === "plain" ? 0 : surroundings.relief * 0.3;
  const height = rollingHeight(bumps, rolling * bumps * 0.25, draw);
  const mesh = new MeshBuilder();
  const [turn, shiftX, shiftY] = [draw.uniform(0, 6.28), draw.uniform(-400, 400), draw.uniform(-400, 400)];
  drawSheet(mesh, extent, height, turn);
  return {
    height,
    pieces: [{ mesh, material: groundMaterial(surroundings, [shiftX, shiftY]), throwsShadow: false }],
  };
}

/** The material of a ground, tinted as the scene asks. */
export function groundMaterial(
  s: ResolvedScene["surroundings"],
  offset: [number, number],
): Required<Omit<Material, "metal">> {
  const card = CARDS[s.ground];
  const tint =
    s.ground === "petal"
      ? petalColours(s)
      : card.colours.map((c) => shifted(c, s.groundHue, s.groundLightness));
  return {
    surface: s.ground,
    colours: tint as unknown as readonly [Rgb, Rgb, Rgb],
    grain: card.grain * s.grain,
    relief: card.relief * (0.4 + s.relief),
    offset,
  };
}

function petalColours({ petalHue, petalSaturation, petalLightness }: ResolvedScene["surroundings"]): Rgb[] {
  return [0.75, 1, 1.25].map((by) => hsl(petalHue, petalSaturation, Math.min(0.95, petalLightness * by)));
}

/** Turns the hue by rotating about the grey axis, then scales. */
function shifted([r, g, b]: Rgb, hue: number, lightness: number): Rgb {
  const [c, s] = [Math.cos(hue * 2 * Math.PI), Math.sin(hue * 2 * Math.PI) / Math.sqrt(3)];
  const grey = ((r + g + b) / 3) * (1 - c);
  const channel = (own: number, next: number, last: number) =>
    Math.max(0, (own * c + grey + s * (last - next)) * lightness);
  return [channel(r, g, b), channel(g, b, r), channel(b, r, g)];
}

/** A sum of long waves in random directions, 0 at the origin. */
function rollingHeight(wavelength: number, amplitude: number, draw: Stream): HeightMap {
  const waves = Array.from({ length: 5 }, (_, i) => {
    const [angle, phase] = [draw.uniform(0, 6.28), draw.uniform(0, 6.28)];
    const k = ((2 * Math.PI) / wavelength) * (0.5 + 0.5 * i);
    return { kx: k * Math.cos(angle), ky: k * Math.sin(angle), phase, size: amplitude / (1 + i) };
  });
  const raw = (x: number, y: number) =>
    waves.reduce((z, w) => z + w.size * Math.sin(w.kx * x + w.ky * y + w.phase), 0);
  const base = raw(0, 0);
  return (x, y) => raw(x, y) - base;
}

/** Finer near the origin; uv is the place in millimetres, turned so that grains do not run along the axes. */
function drawSheet(mesh: MeshBuilder, extent: number, height: HeightMap, turn: number): void {
  const cells = 36;
  const spaced = (t: number) => Math.sign(t - 0.5) * (2 * Math.abs(t - 0.5)) ** 2.2 * extent;
  const [c, s] = [Math.cos(turn), Math.sin(turn)];
  const at = (u: number, v: number, out: Vector3) => {
    const [x, y] = [spaced(u), spaced(v)];
    out.set(x, y, height(x, y));
  };
  const place = (u: number, v: number): [number, number] => [
    spaced(u) * c - spaced(v) * s,
    spaced(u) * s + spaced(v) * c,
  ];
  mesh.grid(cells, cells, at, { colour: [1, 1, 1] }, { coordinates: place });
}
