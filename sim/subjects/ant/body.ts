/** The ant: one skeleton for all presets, in units of the mesosoma's length. */
import { type Matrix4, Vector3 } from "three";
import { type Stream, stream } from "../../../src/shared/rng.js";
import { mixRgb, type Rgb, scaleRgb } from "../../geometry/colour.js";
import type { HeightMap } from "../../geometry/height-map.js";
import { type Look, MeshBuilder } from "../../geometry/mesh.js";
import {
  arc,
  attitude,
  ball,
  ellipse,
  placed,
  type SpindleOptions,
  spindle,
  spindlePoint,
  tube,
} from "../../geometry/shapes.js";
import { drawFur } from "../insect/fur.js";
import {
  antennaJoints,
  drawAntenna,
  drawLeg,
  footTarget,
  type LegLooks,
  legJoints,
  PAIR_LENGTH,
} from "../insect/limbs.js";
import { INSECT_PARTS } from "../insect/parts.js";
import { footingOf, moved, standingFrame } from "../insect/stance.js";
import type { Individual, Kind, Organism } from "../subject.js";
import { drawLoad } from "./load.js";
import { ANT_PRESETS, type AntPreset, type AntPresetName, type AntShape } from "./presets.js";

export const ANT_POSES = ["walking", "standing", "rearing", "carrying"] as const;
type AntPose = (typeof ANT_POSES)[number];

export type AntKind = Kind<AntShape, AntPresetName>;

interface Ant {
  shape: AntShape;
  nodes: 1 | 2;
  colours: AntPreset["colours"];
  gloss: number;
  hairs: number;
  one: Individual;
  detail: Stream;
  mesh: MeshBuilder;
  /** In the mandibles. */
  load: MeshBuilder | undefined;
  keypoints: Record<string, Vector3>;
}

/** Of the body, and of the head against it, in degrees; positive lifts the tail. */
const POSE_PITCH: Record<AntPose, number> = { walking: 0, standing: 0, rearing: -24, carrying: -8 };
const HEAD_PITCH: Record<AntPose, number> = { walking: 0, standing: 0, rearing: 20, carrying: -14 };

/** @param levelOfDetail as in `MeshBuilder` */
export function buildAnt(kind: AntKind, one: Individual, height: HeightMap, levelOfDetail = 1): Organism {
  const ant = newAnt(kind, one, levelOfDetail);
  const scale = (kind.shape.bodyLength * one.size) / bodyUnits(kind.shape);
  const toWorld = standingFrame(one, height, scale, 0.3 * kind.shape.bodyLength * one.size);
  const pitch = POSE_PITCH[one.pose as AntPose] + 3 * (ant.detail.next() - 0.5);
  const body = placed(new Vector3(0, 0, stance(kind.shape)), attitude(0, pitch));
  ant.mesh.as("thorax", () => drawMesosoma(ant, body));
  ant.mesh.as("head", () => drawHead(ant, body));
  drawTail(ant, body);
  ant.mesh.as("legs", () => drawLegs(ant, body, footingOf(toWorld, height)));
  return { body: ant.mesh, load: ant.load, keypoints: ant.keypoints, toWorld };
}

/** Length of the whole body in units of the mesosoma's; the parts overlap a little at their joints. */
export function bodyUnits({ headLength, petioleLength, gasterLength }: AntShape): number {
  return headLength + 1 + petioleLength + 0.94 * gasterLength;
}

/** Height of the mesosoma's axis above the ground. */
const stance = ({ femur, tibia, mesosomaHeight }: AntShape) => 0.3 * (femur + tibia) + 0.3 * mesosomaHeight;

function newAnt(kind: AntKind, one: Individual, levelOfDetail: number): Ant {
  const [a, b]: AntPreset[] = [ANT_PRESETS[kind.preset], ANT_PRESETS[kind.secondPreset]];
  const colour = (part: keyof AntPreset["colours"]) =>
    scaleRgb(mixRgb(a!.colours[part], b!.colours[part], kind.blend), kind.brightness);
  return {
    shape: kind.shape,
    nodes: a!.nodes,
    colours: {
      head: colour("head"),
      mesosoma: colour("mesosoma"),
      gaster: colour("gaster"),
      limbs: colour("limbs"),
    },
    gloss: Math.min(1, a!.gloss * kind.gloss),
    hairs: a!.hairs * kind.fur,
    one,
    detail: stream(one.detail, "ant"),
    mesh: new MeshBuilder(levelOfDetail, INSECT_PARTS),
    load: one.pose === "carrying" ? new MeshBuilder(levelOfDetail) : undefined,
    keypoints: {},
  };
}

/** A pronotum and a lower propodeum with a constriction between. */
function mesosomaForm({ mesosomaWidth, mesosomaHeight, waist }: AntShape): SpindleOptions {
  const dip = (t: number) => 1 - waist * Math.exp(-(((t - 0.56) / 0.1) ** 2));
  const ends = (t: number) => Math.min(1, (t / 0.16) ** 0.5) * Math.min(1, ((1 - t) / 0.1) ** 0.5);
  return {
    length: 1,
    width: mesosomaWidth,
    height: mesosomaHeight,
    profile: (t) => ends(t) * (1 - 0.34 * t) * dip(t),
    bend: (t) => 0.07 * Math.sin(Math.PI * t) + 0.03 * (1 - t),
    rows: 18,
  };
}

function drawMesosoma(ant: Ant, body: Matrix4): void {
  const { shape, mesh, colours, gloss } = ant;
  const at = body.clone().multiply(placed(new Vector3(0.5, 0, 0)));
  const form = mesosomaForm(shape);
  mesh.within(at, () => {
    spindle(mesh, form, { colour: colours.mesosoma, gloss });
    hairs(ant, form, colours.mesosoma);
  });
  if (shape.spines > 0.02) mesh.within(body, () => drawSpines(ant));
  Object.assign(
    ant.keypoints,
    moved({ neck: new Vector3(0.5, 0, 0), mesosoma: new Vector3(0, 0, 0.5 * shape.mesosomaHeight) }, body),
  );
}

function drawSpines({ shape, mesh, colours, gloss }: Ant): void {
  for (const [x, share] of [
    [0.34, 0.8],
    [0.1, 0.6],
    [-0.32, 1],
  ] as const)
    for (const side of [1, -1]) {
      const base = new Vector3(x, side * shape.mesosomaWidth * 0.2, shape.mesosomaHeight * 0.36);
      const tip = base.clone().add(new Vector3(-0.12, side * 0.3, 0.75).multiplyScalar(shape.spines * share));
      tube(mesh, arc(base, base.clone().lerp(tip, 0.5), tip, 3), (t) => 0.035 * (1 - t), {
        colour: colours.mesosoma,
        gloss,
      });
    }
}

function headForm({
  headLength,
  headWidth,
  headHeight,
  headSquareness,
  headTaper,
}: AntShape): SpindleOptions {
  const outline = (t: number) => (1 - Math.abs(2 * t - 1) ** headSquareness) ** (1 / headSquareness);
  return {
    length: headLength,
    width: headWidth,
    height: headHeight,
    profile: (t) => outline(t) * (headTaper + (1 - headTaper) * Math.min(1, t * 1.5)),
    squareness: 2.2,
  };
}

/** The joint is at the back of the head; its frame's x points along the face. */
function drawHead(ant: Ant, body: Matrix4): void {
  const { shape, mesh, colours, gloss, one } = ant;
  const pose = HEAD_PITCH[one.pose as AntPose];
  const joint = placed(new Vector3(0.5 + 0.02, 0, 0.02), attitude(one.headYaw, 22 + one.headPitch + pose));
  const at = body
    .clone()
    .multiply(joint)
    .multiply(placed(new Vector3(shape.headLength, 0, 0)));
  const form = headForm(shape);
  mesh.within(at, () => {
    spindle(mesh, form, { colour: colours.head, gloss });
    for (const side of [1, -1] as const) drawFace(ant, form, side);
    hairs(ant, form, colours.head);
  });
  const face = {
    mandibles: new Vector3(shape.mandible * 0.7, 0, -0.05),
    head: new Vector3(-shape.headLength / 2, 0, shape.headHeight / 2),
  };
  Object.assign(ant.keypoints, moved(face, at));
  ant.load?.within(at, () => drawLoad(ant.load!, face.mandibles, stream(one.detail, "load")));
  for (const side of [1, -1] as const) keepAntenna(ant, at, side);
}

function drawFace(ant: Ant, form: SpindleOptions, side: 1 | -1): void {
  const { shape, mesh, colours, gloss } = ant;
  const eye = new Vector3();
  spindlePoint(form, 0.5, side === 1 ? 0.09 : 0.41, eye);
  const size = shape.eyeSize * shape.headLength * 0.5;
  ball(
    mesh,
    eye.multiplyScalar(0.97),
    new Vector3(size, size * 0.5, size * 0.85),
    { colour: [0.008, 0.007, 0.007], gloss: 0.9 },
    7,
  );
  drawMandible(ant, side);
  mesh.as("antennae", () =>
    drawAntenna(mesh, antennaPlan(ant, side), { colour: colours.limbs, gloss: gloss * 0.7 }),
  );
}

function drawMandible({ shape, mesh, colours, gloss }: Ant, side: 1 | -1): void {
  const m = shape.mandible;
  const base = new Vector3(-0.05, side * shape.headWidth * shape.headTaper * 0.3, -0.06);
  const bow = base.clone().add(new Vector3(m * 0.7, side * m * 0.3, -0.02));
  const tip = new Vector3(m * 0.85, side * m * 0.06, -0.08);
  const look = { colour: mixRgb(colours.head, [0.16, 0.045, 0.012], 0.5), gloss };
  tube(mesh, arc(base, bow, tip, 6), (t) => m * 0.26 * (1 - 0.85 * t) * (t <= 0 ? 0.7 : 1), look, {
    flatten: 0.55,
  });
}

/** Poses differ from ant to ant, but not from call to call: the stream is named after the side. */
function antennaPlan({ shape, one }: Ant, side: 1 | -1) {
  const draw = stream(one.detail, "antenna", side);
  const [out, up, ahead, droop] = [
    draw.uniform(0.45, 1.1),
    draw.uniform(0.2, 0.75),
    draw.uniform(0.5, 1.2),
    draw.uniform(-0.9, 0),
  ];
  return {
    base: new Vector3(-0.18 * shape.headLength, side * 0.17 * shape.headWidth, shape.headHeight * 0.34),
    scapeTo: new Vector3(0.45, side * out, up),
    reachFor: new Vector3(ahead, side * draw.uniform(-0.2, 0.7), droop),
    scape: shape.scape,
    funiculus: shape.funiculus,
    thickness: shape.antennaThickness,
    segments: 11,
  };
}

function keepAntenna(ant: Ant, head: Matrix4, side: 1 | -1): void {
  const { base, elbow, tip } = antennaJoints(antennaPlan(ant, side));
  const name = side === 1 ? "left" : "right";
  const points = {
    [`${name}_antenna_base`]: base,
    [`${name}_antenna_elbow`]: elbow,
    [`${name}_antenna_tip`]: tip,
  };
  Object.assign(ant.keypoints, moved(points, head));
}

/** Petiole, postpetiole and gaster hang on the mesosoma's end. */
function drawTail(ant: Ant, body: Matrix4): void {
  const { shape, nodes, one } = ant;
  const rise = shape.mesosomaHeight * 0.16;
  const bend = attitude(one.tailYaw, one.tailPitch - 4);
  const waist = body.clone().multiply(placed(new Vector3(-0.47, 0, -rise), bend));
  ant.mesh.within(waist, () => ant.mesh.as("waist", () => drawPetiole(ant, nodes)));
  const gaster = waist
    .clone()
    .multiply(placed(new Vector3(-shape.petioleLength + 0.02, 0, 0), attitude(0, one.tailPitch * 0.5)));
  ant.mesh.within(gaster, () => ant.mesh.as("abdomen", () => drawGaster(ant)));
  const tip = new Vector3(-shape.gasterLength, 0, gasterForm(shape).bend!(1));
  Object.assign(
    ant.keypoints,
    moved({ petiole: new Vector3(-shape.petioleLength / 2, 0, shape.nodeHeight / 2) }, waist),
  );
  Object.assign(
    ant.keypoints,
    moved(
      { gaster: new Vector3(-shape.gasterLength / 2, 0, shape.gasterHeight / 2), gaster_tip: tip },
      gaster,
    ),
  );
}

function drawPetiole({ shape, mesh, colours, gloss }: Ant, nodes: 1 | 2): void {
  const look: Look = { colour: colours.mesosoma, gloss };
  const length = shape.petioleLength + 0.1;
  const rod = [new Vector3(0.05, 0, 0), new Vector3(-length / 2, 0, 0), new Vector3(-length, 0, 0)];
  tube(mesh, rod, () => 0.065, look);
  for (let k = 0; k < nodes; k++) {
    const x = -(shape.petioleLength * (k + 0.5)) / nodes;
    const thick = nodes === 1 ? shape.petioleLength * 0.3 : shape.petioleLength * 0.2;
    const tall = shape.nodeHeight * (k === 0 ? 0.5 : 0.44);
    ball(
      mesh,
      new Vector3(x, 0, tall * 0.3),
      new Vector3(thick, shape.nodeHeight * (k === 0 ? 0.34 : 0.44), tall),
      look,
    );
  }
}

const SEGMENTS = 4.4;

function gasterForm({ gasterLength, gasterWidth, gasterHeight }: AntShape): SpindleOptions {
  // Each tergite's hind edge stands out a little over the next.
  const step = (t: number) => 1 + 0.035 * ((t * SEGMENTS) % 1);
  return {
    length: gasterLength,
    width: gasterWidth,
    height: gasterHeight,
    profile: (t) => ellipse(t ** 0.86) ** 0.85 * step(t),
    bend: (t) => -0.06 * t,
    rows: 22,
    leastRows: 12,
    columns: 20,
  };
}

function drawGaster(ant: Ant): void {
  const { shape, mesh, colours, gloss } = ant;
  const form = gasterForm(shape);
  const edge = (t: number) => ((t * SEGMENTS) % 1 > 0.8 ? 1 : 0);
  const pale: Rgb = mixRgb(colours.gaster, [0.25, 0.16, 0.08], 0.16);
  spindle(mesh, form, (t) => ({
    colour: edge(t) ? pale : colours.gaster,
    gloss: edge(t) ? gloss * 0.6 : gloss,
  }));
  hairs(ant, form, colours.gaster);
}

/** Standing hairs, few enough to be counted. */
function hairs(ant: Ant, form: SpindleOptions, skin: Rgb): void {
  const options = {
    count: Math.round(110 * ant.hairs),
    length: 0.1,
    width: 0.012,
    lean: new Vector3(-1, 0, 0),
    leaning: 0.5,
    colour: () => mixRgb(skin, [0.5, 0.42, 0.3], 0.45),
  };
  drawFur(ant.mesh, (u, v, out) => spindlePoint(form, u, v, out), options, ant.detail);
}

const HIPS = [0.3, 0.02, -0.2] as const;

function drawLegs(ant: Ant, body: Matrix4, footing: (x: number, y: number) => number): void {
  const { shape, one, mesh, colours, gloss } = ant;
  const look = { colour: colours.limbs, gloss: gloss * 0.8 };
  const looks: LegLooks = {
    coxa: { colour: colours.mesosoma, gloss },
    femur: look,
    tibia: look,
    tarsus: look,
  };
  const amplitude =
    one.pose === "walking" || one.pose === "carrying" ? 0.22 * (shape.femur + shape.tibia) : 0.06;
  for (const pair of [0, 1, 2] as const)
    for (const side of [1, -1] as const) {
      const hip = new Vector3(
        HIPS[pair],
        side * shape.mesosomaWidth * 0.3,
        -shape.mesosomaHeight * 0.28,
      ).applyMatrix4(body);
      const reach = 0.62 * (shape.femur + shape.tibia + 0.6 * shape.tarsus);
      const foot = footTarget(hip, side, pair, reach, one.stride, amplitude, footing);
      if (one.pose === "rearing" && pair === 0) foot.z += 0.8 * stance(shape);
      const long = PAIR_LENGTH[pair];
      const joints = legJoints({
        hip,
        side,
        pair,
        coxa: 0.24,
        femur: shape.femur * long,
        tibia: shape.tibia * long,
        tarsus: shape.tarsus * long,
        foot,
      });
      drawLeg(mesh, joints, shape.legThickness, looks);
      keepLeg(ant, joints, pair, side);
    }
}

function keepLeg(ant: Ant, joints: ReturnType<typeof legJoints>, pair: 0 | 1 | 2, side: 1 | -1): void {
  const name = `${side === 1 ? "left" : "right"}_${["front", "middle", "hind"][pair]}`;
  ant.keypoints[`${name}_knee`] = joints.knee;
  ant.keypoints[`${name}_claw`] = joints.claw;
}
