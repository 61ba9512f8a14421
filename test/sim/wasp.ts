/** A subject and a surrounding of one's own, as a user would write them: with nothing but what antbee/sim exports. */
import { Vector3 } from "three";
import {
  arc,
  attitude,
  ball,
  drawLeg,
  drawWing,
  footingOf,
  footTarget,
  type HeightMap,
  hex,
  type Individual,
  type Kind,
  legJoints,
  MeshBuilder,
  type Organism,
  placed,
  type Rgb,
  type Subject,
  type SubjectShape,
  type Surrounding,
  spindle,
  standingFrame,
  tube,
} from "../../sim/index.js";

interface WaspShape extends SubjectShape {
  /** In units of the thorax's length, as all that follow. */
  abdomen: number;
  abdomenWidth: number;
  wing: number;
}

interface WaspPreset {
  shape: WaspShape;
  dark: Rgb;
  bright: Rgb;
}

const PARTS = ["head", "thorax", "abdomen", "legs", "wings", "sting"] as const;

const PRESETS: Record<string, WaspPreset> = {
  vespula: {
    shape: { bodyLength: 14, abdomen: 1.7, abdomenWidth: 0.9, wing: 1.9 },
    dark: hex(0x16110c),
    bright: hex(0xf0c020),
  },
  ammophila: {
    shape: { bodyLength: 20, abdomen: 2.4, abdomenWidth: 0.4, wing: 1.6 },
    dark: hex(0x14100e),
    bright: hex(0xb04a1c),
  },
};

const SIDES = [1, -1] as const;

function buildWasp(kind: Kind<WaspShape>, one: Individual, height: HeightMap, detail: number): Organism {
  const { dark, bright } = PRESETS[kind.preset]!;
  const { abdomen, abdomenWidth, wing, bodyLength } = kind.shape;
  const scale = (bodyLength * one.size) / (1.5 + abdomen);
  const toWorld = standingFrame(one, height, scale, 0.3 * bodyLength * one.size);
  const body = new MeshBuilder(detail, PARTS);
  const wings = new MeshBuilder(detail, PARTS);
  const middle = new Vector3(0, 0, 0.6);
  body.as("thorax", () =>
    body.within(placed(new Vector3(0.5, 0, 0.6)), () =>
      spindle(body, { length: 1, width: 0.6, height: 0.6 }, { colour: dark, gloss: 0.5 }),
    ),
  );
  body.as("head", () =>
    ball(body, new Vector3(0.7, 0, 0.6), new Vector3(0.25, 0.35, 0.3), { colour: bright, gloss: 0.4 }),
  );
  const tail = placed(new Vector3(-0.5, 0, 0.6), attitude(one.tailYaw, one.tailPitch));
  const tip = new Vector3(-abdomen, 0, 0);
  body.within(tail, () => {
    const striped = (t: number) => ({ colour: Math.floor(t * 10) % 2 ? bright : dark, gloss: 0.6 });
    body.as("abdomen", () =>
      spindle(body, { length: abdomen, width: abdomenWidth, height: abdomenWidth, rows: 20 }, striped),
    );
    const end = tip.clone().setX(-abdomen - 0.2);
    body.as("sting", () => tube(body, arc(tip, tip, end, 3), (t) => 0.04 * (1 - t), { colour: dark }));
  });
  const footing = footingOf(toWorld, height);
  for (const pair of [0, 1, 2] as const)
    for (const side of SIDES) {
      const hip = new Vector3(0.3 - 0.25 * pair, 0.15 * side, 0.4);
      const foot = footTarget(hip, side, pair, 0.9, one.stride, 0.1, footing);
      const joints = legJoints({ hip, side, pair, foot, coxa: 0.15, femur: 0.6, tibia: 0.6, tarsus: 0.5 });
      const look = { colour: bright, gloss: 0.3 };
      body.as("legs", () =>
        drawLeg(body, joints, 0.09, { coxa: look, femur: look, tibia: look, tarsus: look }),
      );
    }
  const angle = (10 + 70 * one.wingSpread) * (Math.PI / 180);
  for (const side of SIDES)
    wings.as("wings", () =>
      drawWing(wings, {
        base: new Vector3(0.1, 0.2 * side, 0.85),
        along: new Vector3(-Math.cos(angle), side * Math.sin(angle), 0.1).normalize(),
        across: new Vector3(-Math.sin(angle), -side * Math.cos(angle), 0),
        length: wing,
        width: 0.3 * wing,
        colour: hex(0xc8b48c),
        opacity: 0.2,
      }),
    );
  return {
    body,
    wings,
    toWorld,
    keypoints: { head: new Vector3(0.9, 0, 0.6), thorax: middle, tip: tip.applyMatrix4(tail) },
  };
}

export const wasp = {
  name: "wasp",
  className: "wasps",
  presets: PRESETS,
  poses: ["resting"],
  neutral: { preset: "vespula", pose: "resting" },
  parts: PARTS,
  keypoints: ["head", "thorax", "tip"],
  skeleton: [
    ["head", "thorax"],
    ["thorax", "tip"],
  ],
  axis: { front: "head", back: "tip" },
  build: buildWasp,
  module: { url: import.meta.url, export: "wasp" },
} satisfies Subject;

/** A shelf of stone that ends behind the subject. */
export const shelf = {
  name: "shelf",
  isGround: false,
  build: ({ kind }) => {
    const side = 4 * kind.shape.bodyLength;
    const mesh = new MeshBuilder();
    const place = (u: number, v: number) => [(u - 0.5) * side, (v - 0.5) * side] as const;
    mesh.grid(4, 4, (u, v, out) => out.set(...place(u, v), 0), { colour: [1, 1, 1] }, { coordinates: place });
    const material = { surface: "stone", colours: [hex(0x4d4b4a), hex(0xa09b94), hex(0xc9c4a6)] } as const;
    return { height: () => 0, pieces: [{ mesh, material }] };
  },
  module: { url: import.meta.url, export: "shelf" },
} satisfies Surrounding;

export const nothing = null;
