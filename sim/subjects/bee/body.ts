/** The bee: one skeleton for all presets, in units of the thorax's length. */
import { type Matrix4, Vector3 } from "three";
import { type Stream, stream } from "../../../src/shared/rng.js";
import { mixRgb, type Rgb, scaleRgb } from "../../geometry/colour.js";
import type { HeightMap } from "../../geometry/height-map.js";
import { type Look, MeshBuilder } from "../../geometry/mesh.js";
import {
  arc,
  attitude,
  ball,
  placed,
  RAD,
  type SpindleOptions,
  spindle,
  spindlePoint,
  tube,
} from "../../geometry/shapes.js";
import { drawFur } from "../insect/fur.js";
import { antennaJoints, drawAntenna, drawLeg, footTarget, legJoints, PAIR_LENGTH } from "../insect/limbs.js";
import { INSECT_PARTS } from "../insect/parts.js";
import { footingOf, moved, standingFrame } from "../insect/stance.js";
import { drawWing, type WingPlan, wingTip } from "../insect/wings.js";
import type { Individual, Kind, Organism } from "../subject.js";
import { BEE_PRESETS, type BeePreset, type BeePresetName, type BeeShape } from "./presets.js";

export const BEE_POSES = ["resting", "foraging", "flying"] as const;
type BeePose = (typeof BEE_POSES)[number];

export type BeeKind = Kind<BeeShape, BeePresetName>;

interface Bee {
  shape: BeeShape;
  preset: BeePreset;
  brightness: number;
  gloss: number;
  fur: number;
  one: Individual;
  detail: Stream;
  mesh: MeshBuilder;
  wings: MeshBuilder;
  keypoints: Record<string, Vector3>;
}

/** Of the body, in degrees; positive lifts the tail. */
const POSE_PITCH: Record<BeePose, number> = { resting: -2, foraging: 16, flying: -12 };

/** @param levelOfDetail as in `MeshBuilder` */
export function buildBee(kind: BeeKind, one: Individual, height: HeightMap, levelOfDetail = 1): Organism {
  const bee = newBee(kind, one, levelOfDetail);
  const length = kind.shape.bodyLength * one.size;
  const toWorld = standingFrame(one, height, length / bodyUnits(kind.shape), 0.3 * length);
  const pitch = POSE_PITCH[one.pose as BeePose] + 8 * (bee.detail.next() - 0.5);
  const rise = one.pose === "flying" ? 2.2 : 0;
  const body = placed(new Vector3(0, 0, stance(kind.shape) + rise), attitude(0, pitch));
  bee.mesh.as("thorax", () => drawThorax(bee, body));
  bee.mesh.as("head", () => drawHead(bee, body));
  bee.mesh.as("abdomen", () => drawAbdomen(bee, body));
  bee.mesh.as("legs", () => drawLegs(bee, body, footingOf(toWorld, height), rise));
  bee.wings.as("wings", () => drawWings(bee, body));
  return {
    body: bee.mesh,
    wings: bee.wings,
    metal: bee.preset.metal,
    keypoints: bee.keypoints,
    toWorld,
  };
}

/** Length of the whole body in units of the thorax's. */
export function bodyUnits({ headLength, abdomenLength }: BeeShape): number {
  return 0.9 * headLength + 1 + 0.95 * abdomenLength;
}

const stance = ({ thoraxHeight, abdomenHeight }: BeeShape) =>
  0.22 + 0.42 * Math.max(thoraxHeight, abdomenHeight);

function newBee(kind: BeeKind, one: Individual, levelOfDetail: number): Bee {
  return {
    shape: kind.shape,
    preset: BEE_PRESETS[kind.preset],
    brightness: kind.brightness,
    gloss: Math.min(1, BEE_PRESETS[kind.preset].gloss * kind.gloss),
    fur: kind.fur,
    one,
    detail: stream(one.detail, "bee"),
    mesh: new MeshBuilder(levelOfDetail, INSECT_PARTS),
    wings: new MeshBuilder(levelOfDetail, INSECT_PARTS),
    keypoints: {},
  };
}

const shade = (bee: Bee, colour: Rgb) => scaleRgb(colour, bee.brightness);

function drawThorax(bee: Bee, body: Matrix4): void {
  const { shape, preset, mesh } = bee;
  const form: SpindleOptions = {
    length: 1,
    width: shape.thoraxWidth,
    height: shape.thoraxHeight,
    bend: () => 0.03,
  };
  mesh.within(body.clone().multiply(placed(new Vector3(0.5, 0, 0))), () => {
    spindle(mesh, form, (u, v) =>
      skinUnderFur(bee, preset.colours.thorax, thoraxFurColour(bee, u, v), shape.thoraxFur),
    );
    const bald = (v: number) => (v > 0.55 && v < 0.95 ? 0.6 : 1);
    const options = {
      count: furCount(bee, shape.thoraxFur, 14000),
      length: shape.thoraxFur * bee.fur,
      width: 0.016,
      lean: new Vector3(-1, 0, 0),
      leaning: 0.35,
      covers: (_u: number, v: number) => bald(v),
      colour: (u: number, v: number) => thoraxFurColour(bee, u, v),
    };
    drawFur(mesh, (u, v, out) => spindlePoint(form, u, v, out), options, bee.detail);
  });
  Object.assign(bee.keypoints, moved({ thorax: new Vector3(0, 0, 0.5 * shape.thoraxHeight) }, body));
}

/** Where fur is long, what shows between the hairs is more fur, in shadow. */
function skinUnderFur(bee: Bee, skin: Rgb, fur: Rgb, length: number): Look {
  const cover = Math.min(0.85, 4 * length * bee.fur);
  return { colour: mixRgb(shade(bee, skin), scaleRgb(fur, 0.55), cover), gloss: bee.gloss * (1 - cover) };
}

/** Short fur needs fewer hairs to look dense. */
const furCount = (bee: Bee, length: number, most: number) =>
  Math.round(most * Math.min(0.24, 0.04 + 0.75 * length) * Math.min(1, bee.fur));

/** Bumblebees wear a dark belt between the wings. */
function thoraxFurColour(bee: Bee, u: number, v: number): Rgb {
  const { thoraxFur, colours } = bee.preset;
  const below = v > 0.5 ? 0.6 : 1;
  const belted = bee.shape.thoraxFur > 0.26 && u > 0.36 && u < 0.86;
  return scaleRgb(belted ? mixRgb(colours.thorax, thoraxFur, 0.06) : thoraxFur, below * bee.brightness);
}

function drawHead(bee: Bee, body: Matrix4): void {
  const { shape, preset, mesh, one } = bee;
  const joint = placed(new Vector3(0.46, 0, -0.06), attitude(one.headYaw, 12 + one.headPitch));
  const at = body
    .clone()
    .multiply(joint)
    .multiply(placed(new Vector3(shape.headLength, 0, 0)));
  const form: SpindleOptions = {
    length: shape.headLength,
    width: shape.headWidth,
    height: shape.headHeight,
    profile: (t) => Math.max(0, 1 - Math.abs(2 * t - 1) ** 2.6) ** 0.5,
    bend: (t) => -0.06 * (1 - t),
  };
  mesh.within(at, () => {
    spindle(mesh, form, { colour: shade(bee, preset.colours.head), gloss: bee.gloss });
    for (const side of [1, -1] as const) drawFace(bee, side);
    drawOcelli(bee);
    drawTongue(bee);
    drawFur(mesh, (u, v, out) => spindlePoint(form, u, v, out), faceFur(bee), bee.detail);
  });
  const points = {
    face: new Vector3(0, 0, -0.1),
    vertex: new Vector3(-shape.headLength / 2, 0, shape.headHeight / 2),
  };
  Object.assign(bee.keypoints, moved(points, at));
  for (const side of [1, -1] as const) keepAntenna(bee, at, side);
}

function faceFur(bee: Bee) {
  return {
    count: furCount(bee, 0.16, 3000),
    length: 0.11 * bee.fur,
    width: 0.014,
    lean: new Vector3(0.4, 0, -0.4),
    leaning: 0.5,
    // Not over the eyes, which sit at the sides.
    covers: (_u: number, v: number) => (Math.abs(Math.cos(v * 2 * Math.PI)) > 0.8 ? 0 : 1),
    colour: () => shade(bee, bee.preset.faceFur),
  };
}

function drawFace(bee: Bee, side: 1 | -1): void {
  const { shape, preset, mesh } = bee;
  const size = shape.eyeSize * shape.headHeight * 0.5;
  const centre = new Vector3(-shape.headLength * 0.46, side * shape.headWidth * 0.36, 0.02);
  const radii = new Vector3(shape.headLength * 0.42, shape.headWidth * 0.16, size * 1.35);
  ball(mesh, centre, radii, { colour: shade(bee, preset.colours.eye), gloss: 0.85 }, 10);
  mesh.as("antennae", () =>
    drawAntenna(mesh, antennaPlan(bee, side), { colour: shade(bee, preset.colours.limbs), gloss: 0.2 }),
  );
  const jaw = new Vector3(-0.12, side * 0.16, -shape.headHeight * 0.42);
  const tip = new Vector3(0.02, side * 0.02, -shape.headHeight * 0.56);
  const look = { colour: shade(bee, preset.colours.limbs), gloss: bee.gloss };
  tube(
    mesh,
    arc(
      jaw,
      jaw
        .clone()
        .lerp(tip, 0.5)
        .add(new Vector3(0.04, side * 0.06, 0)),
      tip,
      4,
    ),
    (t) => 0.055 * (1 - 0.7 * t),
    look,
  );
}

function drawOcelli({ shape, mesh }: Bee): void {
  const spots = [
    [-0.3, 0],
    [-0.48, 1],
    [-0.48, -1],
  ] as const;
  for (const [x, side] of spots)
    ball(
      mesh,
      new Vector3(shape.headLength * x, side * 0.07, shape.headHeight * 0.47),
      new Vector3(0.03, 0.03, 0.03),
      { colour: [0.02, 0.014, 0.01], gloss: 1 },
      5,
    );
}

/** A foraging bee puts its tongue out. */
function drawTongue({ shape, mesh, one }: Bee): void {
  if (one.pose !== "foraging") return;
  const base = new Vector3(-0.1, 0, -shape.headHeight * 0.46);
  const path = [
    base,
    base.clone().add(new Vector3(0.03, 0, -0.22)),
    base.clone().add(new Vector3(0, 0, -0.44)),
  ];
  tube(mesh, path, (t) => 0.04 * (1 - 0.6 * t), { colour: [0.12, 0.05, 0.02], gloss: 0.4 });
}

function antennaPlan({ shape, one }: Bee, side: 1 | -1) {
  const draw = stream(one.detail, "antenna", side);
  const [up, ahead, droop] = [draw.uniform(0.1, 0.7), draw.uniform(0.4, 1.1), draw.uniform(-0.8, 0.15)];
  return {
    base: new Vector3(-0.03, side * 0.1, 0.04),
    scapeTo: new Vector3(0.6, side * draw.uniform(0.35, 0.8), up),
    reachFor: new Vector3(ahead, side * draw.uniform(0.2, 0.9), droop),
    scape: shape.antenna * 0.34,
    funiculus: shape.antenna * 0.62,
    thickness: shape.antennaThickness,
    segments: 10,
  };
}

function keepAntenna(bee: Bee, head: Matrix4, side: 1 | -1): void {
  const { base, elbow, tip } = antennaJoints(antennaPlan(bee, side));
  const name = side === 1 ? "left" : "right";
  const points = {
    [`${name}_antenna_base`]: base,
    [`${name}_antenna_elbow`]: elbow,
    [`${name}_antenna_tip`]: tip,
  };
  Object.assign(bee.keypoints, moved(points, head));
}

function abdomenForm({
  abdomenLength,
  abdomenWidth,
  abdomenHeight,
  abdomenWidest,
}: BeeShape): SpindleOptions {
  const segments = 6;
  const outline = (t: number) => {
    const s = t < abdomenWidest ? t / abdomenWidest : (1 - t) / (1 - abdomenWidest);
    const blunt = t < abdomenWidest ? 0.5 : 0.72;
    return Math.sin((Math.PI / 2) * Math.max(0, s)) ** blunt;
  };
  return {
    length: abdomenLength,
    width: abdomenWidth,
    height: abdomenHeight,
    profile: (t) => outline(t) * (1 + 0.03 * ((t * segments) % 1)),
    bend: (t) => -0.16 * t * t,
    rows: 28,
    leastRows: 18,
    columns: 22,
  };
}

function drawAbdomen(bee: Bee, body: Matrix4): void {
  const { shape, mesh, one } = bee;
  const joint = placed(new Vector3(-0.42, 0, -0.05), attitude(one.tailYaw, one.tailPitch - 6));
  const at = body.clone().multiply(joint);
  const form = abdomenForm(shape);
  mesh.within(at, () => {
    spindle(mesh, form, (t, v) => tergiteLook(bee, t, v));
    const options = {
      count: furCount(bee, shape.abdomenFur, 14000),
      length: shape.abdomenFur * bee.fur,
      width: 0.015,
      lean: new Vector3(-1, 0, 0),
      leaning: 1.1,
      colour: (t: number) => shade(bee, tergiteAt(bee, t).tergite.fur),
    };
    drawFur(mesh, (u, v, out) => spindlePoint(form, u, v, out), options, bee.detail);
  });
  const tip = new Vector3(-shape.abdomenLength, 0, form.bend!(1));
  const points = {
    waist: new Vector3(),
    abdomen: new Vector3(-shape.abdomenLength / 2, 0, shape.abdomenHeight / 2),
    abdomen_tip: tip,
  };
  Object.assign(bee.keypoints, moved(points, at));
}

function tergiteAt({ preset }: Bee, t: number) {
  const place = Math.min(0.999, Math.max(0, t)) * preset.tergites.length;
  const number = Math.floor(place);
  return { tergite: preset.tergites[number]!, within: place - number };
}

function tergiteLook(bee: Bee, t: number, v: number): Look {
  const { tergite, within } = tergiteAt(bee, t);
  const rim = within > 0.66 ? 1 : within > 0.52 ? 0.5 : 0;
  const belly = v > 0.56 && v < 0.94 ? 0.55 : 1;
  const cuticle = mixRgb(tergite.cuticle, tergite.rim, rim);
  const look = skinUnderFur(bee, cuticle, shade(bee, tergite.fur), bee.shape.abdomenFur);
  return { ...look, colour: scaleRgb(look.colour, belly) };
}

const HIPS = [0.26, 0.0, -0.24] as const;

function drawLegs(bee: Bee, body: Matrix4, footing: (x: number, y: number) => number, rise: number): void {
  const { shape, one, mesh, preset } = bee;
  const look: Look = { colour: shade(bee, preset.colours.limbs), gloss: bee.gloss * 0.6 };
  const looks = { coxa: look, femur: look, tibia: look, tarsus: look };
  const dangling = (x: number, y: number) => (rise > 0 ? rise - 0.25 : footing(x, y));
  for (const pair of [0, 1, 2] as const)
    for (const side of [1, -1] as const) {
      const hip = new Vector3(
        HIPS[pair],
        side * shape.thoraxWidth * 0.22,
        -shape.thoraxHeight * 0.36,
      ).applyMatrix4(body);
      const reach = (rise > 0 ? 0.34 : 0.52) * (shape.femur + shape.tibia + 0.6 * shape.tarsus);
      const foot = footTarget(hip, side, pair, reach, one.stride, 0.12, dangling);
      const long = PAIR_LENGTH[pair];
      const sizes = {
        coxa: 0.2,
        femur: shape.femur * long,
        tibia: shape.tibia * long,
        tarsus: shape.tarsus * long,
      };
      const joints = legJoints({ hip, side, pair, foot, ...sizes });
      drawLeg(mesh, joints, shape.legThickness, looks, pair === 2 ? shape.basket : 1.1);
      if (pair === 2) drawPollen(bee, joints.knee, joints.ankle);
      const name = `${side === 1 ? "left" : "right"}_${["front", "middle", "hind"][pair]}`;
      bee.keypoints[`${name}_knee`] = joints.knee;
      bee.keypoints[`${name}_claw`] = joints.claw;
    }
}

/** A load in the basket: some bees carry none. */
function drawPollen(bee: Bee, knee: Vector3, ankle: Vector3): void {
  const load = stream(bee.one.detail, "pollen").next() - 0.45;
  if (load <= 0 || bee.shape.basket < 1.4) return;
  const size = 0.1 + 0.2 * load;
  const radii = new Vector3(size, size * 0.8, size * 1.2);
  ball(bee.mesh, knee.clone().lerp(ankle, 0.62), radii, {
    colour: shade(bee, bee.preset.pollen),
    translucency: 0.2,
  });
}

function drawWings(bee: Bee, body: Matrix4): void {
  const { shape, one, preset } = bee;
  const flying = one.pose === "flying";
  const flaps = flying ? [-1, -0.35, 0.35, 1] : [0];
  const opacity = preset.wingTint / (flying ? 1.6 : 1);
  bee.wings.within(body, () => {
    for (const hind of [true, false])
      for (const side of [1, -1] as const)
        for (const flap of flaps) {
          const plan = wingPlan(bee, side, hind, flap, opacity);
          drawWing(bee.wings, plan);
        }
  });
  const tips = {
    left_wing_tip: wingTip(wingPlan(bee, 1, false, 0, 0)),
    right_wing_tip: wingTip(wingPlan(bee, -1, false, 0, 0)),
  };
  Object.assign(bee.keypoints, moved(tips, body));
  bee.keypoints.wing_base = new Vector3(0.1, 0, shape.thoraxHeight * 0.36).applyMatrix4(body);
}

function wingPlan(
  { shape, one, preset }: Bee,
  side: 1 | -1,
  hind: boolean,
  flap: number,
  opacity: number,
): WingPlan {
  const spread = one.pose === "flying" ? 0.92 : one.wingSpread;
  // Folded wings lie along the back, spread ones stand out sideways.
  const angle = (9 + spread * 68 + (hind ? 12 : 0)) * RAD;
  const up = (0.16 + 0.1 * spread) * (hind ? 0.6 : 1) + 0.85 * flap;
  const along = new Vector3(-Math.cos(angle), side * Math.sin(angle), up * (0.4 + 0.6 * spread)).normalize();
  const back = new Vector3(-Math.sin(angle), -side * Math.cos(angle), -0.25).addScaledVector(along, 0);
  const across = back.addScaledVector(along, -back.dot(along)).normalize();
  const length = shape.forewing * (hind ? 0.7 : 1);
  return {
    base: new Vector3(hind ? -0.06 : 0.12, side * shape.thoraxWidth * 0.34, shape.thoraxHeight * 0.3),
    along,
    across,
    length,
    width: length * shape.wingWidth,
    colour: preset.colours.wing,
    opacity,
  };
}
