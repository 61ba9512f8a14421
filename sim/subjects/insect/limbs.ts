/** Six-legged stance: where the feet stand, how the joints follow, and the limbs' meshes. */
import { Vector3 } from "three";
import type { HeightMap } from "../../geometry/height-map.js";
import type { Look, MeshBuilder } from "../../geometry/mesh.js";
import { arc, limbProfile, RAD, tube } from "../../geometry/shapes.js";

export interface LegPlan {
  /** Hip in the insect's frame. */
  hip: Vector3;
  /** +1 left, -1 right. */
  side: 1 | -1;
  /** 0 front, 1 middle, 2 hind. */
  pair: 0 | 1 | 2;
  coxa: number;
  femur: number;
  tibia: number;
  tarsus: number;
  foot: Vector3;
}

/** Joints of a leg from hip to claw. */
export interface LegJoints {
  hip: Vector3;
  trochanter: Vector3;
  knee: Vector3;
  ankle: Vector3;
  claw: Vector3;
}

/** Directions of the resting feet from straight ahead, in degrees, front to hind. */
const STANCE = [38, 92, 142] as const;
/** Length of each pair relative to the middle one. */
export const PAIR_LENGTH = [0.86, 0.94, 1.16] as const;

/**
 * Where a foot stands.
 * @param reach distance of the middle foot from its hip
 * @param stride position in the stride, [0, 1); the alternate tripods are half a stride apart
 * @param amplitude length of half a step
 * @param footing height of the support in the insect's own frame (x ahead, y left, z up)
 */
export function footTarget(
  hip: Vector3,
  side: 1 | -1,
  pair: 0 | 1 | 2,
  reach: number,
  stride: number,
  amplitude: number,
  footing: HeightMap,
): Vector3 {
  const inFirstTripod = (pair === 1) === (side === 1);
  const phase = (stride + (inFirstTripod ? 0 : 0.5)) % 1;
  const angle = STANCE[pair] * RAD;
  const distance = reach * PAIR_LENGTH[pair];
  const x = hip.x + distance * Math.cos(angle) + amplitude * Math.cos(phase * 2 * Math.PI);
  const y = hip.y + side * distance * Math.sin(angle);
  const lift = amplitude > 0 ? Math.max(0, -Math.sin(phase * 2 * Math.PI)) * amplitude * 0.7 : 0;
  return new Vector3(x, y, footing(x, y) + lift);
}

/** Bends a leg so that its claw reaches the foot's place: two-bone inverse kinematics with the knee upwards. */
export function legJoints({ hip, side, coxa, femur, tibia, tarsus, foot }: LegPlan): LegJoints {
  const outward = new Vector3(foot.x - hip.x, foot.y - hip.y, 0).normalize();
  const trochanter = hip.clone().addScaledVector(outward, coxa * 0.7);
  trochanter.z -= coxa * 0.7;
  const ankle = foot.clone().addScaledVector(outward, -tarsus * 0.86);
  ankle.z += tarsus * 0.42;
  const knee = kneeBetween(trochanter, ankle, femur, tibia, new Vector3(0, side * 0.25, 1));
  return { hip, trochanter, knee, ankle, claw: foot };
}

/** The joint between two bones of given lengths whose far ends are `a` and `b`, bent towards `pole`. */
export function kneeBetween(a: Vector3, b: Vector3, first: number, second: number, pole: Vector3): Vector3 {
  const span = new Vector3().subVectors(b, a);
  const distance = Math.min(span.length(), 0.999 * (first + second));
  span.normalize();
  const along = (distance ** 2 + first ** 2 - second ** 2) / (2 * distance);
  const away = Math.sqrt(Math.max(0, first ** 2 - along ** 2));
  const bend = pole.clone().addScaledVector(span, -pole.dot(span)).normalize();
  return a.clone().addScaledVector(span, along).addScaledVector(bend, away);
}

export interface LegLooks {
  coxa: Look;
  femur: Look;
  tibia: Look;
  tarsus: Look;
}

/**
 * Draws a leg between its joints.
 * @param thickness diameter of the femur; `basket` widens the tibia
 */
export function drawLeg(
  mesh: MeshBuilder,
  joints: LegJoints,
  thickness: number,
  looks: LegLooks,
  basket = 1,
): void {
  const r = thickness / 2;
  segment(mesh, joints.hip, joints.trochanter, limbProfile(r * 1.5, r * 0.9), looks.coxa);
  segment(mesh, joints.trochanter, joints.knee, limbProfile(r * 1.15, r * 0.55), looks.femur);
  const club = (t: number) =>
    limbProfile(r * 0.85, r * 0.5)(t) * (1 + (basket - 1) * Math.max(0, t) ** 1.5 * (t < 1 ? 1 : 0));
  segment(mesh, joints.knee, joints.ankle, club, looks.tibia);
  const arched = joints.ankle.clone().lerp(joints.claw, 0.55);
  arched.z -= joints.ankle.distanceTo(joints.claw) * 0.12;
  tube(
    mesh,
    arc(joints.ankle, arched, joints.claw, mesh.steps(5, 3)),
    (t) => r * (0.5 - 0.25 * t) * (t >= 1 ? 0.3 : 1),
    looks.tarsus,
    {
      sides: 5,
    },
  );
}

function segment(mesh: MeshBuilder, a: Vector3, b: Vector3, radius: (t: number) => number, look: Look): void {
  const steps = mesh.steps(6, 3);
  const path = Array.from({ length: steps + 1 }, (_, i) => a.clone().lerp(b, i / steps));
  tube(mesh, path, radius, look);
}

export interface AntennaPlan {
  base: Vector3;
  /** Direction of the scape; the funiculus bends from it towards `reachFor`. */
  scapeTo: Vector3;
  reachFor: Vector3;
  scape: number;
  funiculus: number;
  thickness: number;
  /** Segments of the funiculus or flagellum. */
  segments: number;
}

/** Joints: base, elbow, tip. */
export function antennaJoints({ base, scapeTo, reachFor, scape, funiculus }: AntennaPlan) {
  const elbow = base.clone().addScaledVector(scapeTo.clone().normalize(), scape);
  const tip = elbow.clone().addScaledVector(reachFor.clone().normalize(), funiculus);
  return { base, elbow, tip };
}

/** A geniculate antenna: a smooth scape and a beaded funiculus that droops a little. */
export function drawAntenna(mesh: MeshBuilder, plan: AntennaPlan, look: Look): void {
  const { base, elbow, tip } = antennaJoints(plan);
  const r = plan.thickness / 2;
  tube(
    mesh,
    arc(base, base.clone().lerp(elbow, 0.5), elbow, mesh.steps(4, 2)),
    (t) => r * (0.75 + 0.35 * t),
    look,
    {
      sides: 5,
    },
  );
  const bow = elbow
    .clone()
    .lerp(tip, 0.5)
    .addScaledVector(plan.scapeTo.clone().normalize(), plan.funiculus * 0.12);
  const steps = mesh.steps(plan.segments * 2, 8);
  const bead = (t: number) =>
    r * (1 + 0.35 * t) * (Math.round(t * steps) % 2 ? 1.12 : 0.78) * (t >= 1 ? 0.4 : 1);
  tube(mesh, arc(elbow, bow, tip, steps), bead, look, { sides: 5 });
}
