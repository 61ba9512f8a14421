/** Clutter: further flowers, leaves, grass, pebbles and twigs around the subjects. */
import { Quaternion, Vector3 } from "three";
import { type Stream, stream } from "../../src/shared/rng.js";
import { hsl, type Rgb } from "../geometry/colour.js";
import type { HeightMap } from "../geometry/height-map.js";
import { MeshBuilder } from "../geometry/mesh.js";
import { placed } from "../geometry/shapes.js";
import type { ResolvedScene } from "../scene/resolved-scene.js";
import { bodyLength } from "./body-length.js";
import { FLOWER_HEADS, type FlowerMeshes } from "./flower-heads.js";
import { flowerLevelOfDetail, flowerMeshes, flowerPieces, flowerPlan, petalWidth } from "./flower-meshes.js";
import { groundMaterial } from "./ground.js";
import { drawBlade, drawLamina, drawPebble, drawTwig } from "./plants.js";
import type { Piece } from "./surrounding.js";

/** How far below a subject that stands on a flower, leaf or twig the floor lies, in lengths of either. */
const FLOOR_DEPTH = 2.2;

/**
 * Draws what stands and lies around.
 * @param ground the surface that it lies on, where there is one
 */
export function buildClutter(scene: ResolvedScene, ground: HeightMap | undefined): Piece[] {
  const { surroundings: s } = scene;
  const draw = stream(s.detail, "company"); // the name decides what is drawn: rendered datasets depend on it
  const [solids, pebbles] = [new MeshBuilder(), new MeshBuilder()];
  const meshes = flowerMeshes(CLUTTER_DETAIL * flowerLevelOfDetail(scene));
  const size = bodyLength(scene);
  const floor = ground ?? (() => -FLOOR_DEPTH * Math.max(size, s.flowerRadius));
  const around = ring(draw, floor);
  for (let k = 0; k < s.flowers; k++)
    drawClutterFlower(meshes, scene, around(s.flowerRadius * 1.6, s.flowerRadius * 5), draw, !ground);
  for (let k = 0; k < s.blades; k++)
    drawBlade(
      meshes.laminas,
      around(size * 0.7, size * 8),
      size * draw.uniform(1, 6),
      size * draw.uniform(0.06, 0.22),
      draw,
    );
  if (ground) {
    for (let k = 0; k < s.pebbles; k++)
      drawPebble(pebbles, around(size * 0.5, size * 6), size * draw.uniform(0.03, 0.35), draw);
    for (let k = 0; k < s.twigs; k++)
      drawTwig(
        solids,
        around(size * 0.8, size * 5),
        size * draw.uniform(0.6, 4),
        size * draw.uniform(0.02, 0.16),
        draw,
      );
  }
  for (let k = 0; k < s.leaves; k++)
    drawClutterLeaf(meshes.laminas, around(size * 1.3, size * 7), size, draw);
  return [
    ...(solids.vertexCount ? [{ mesh: solids, material: { surface: "plant" as const } }] : []),
    ...(pebbles.vertexCount ? [{ mesh: pebbles, material: pebbleMaterial(scene) }] : []),
    ...flowerPieces(meshes, petalWidth(scene)),
  ];
}

/** What stands around is mostly out of focus. */
const CLUTTER_DETAIL = 0.7;

/** Stone whose tones are about one, so that each pebble's own colour decides. */
function pebbleMaterial({ surroundings }: ResolvedScene) {
  const [dark, light, lichen]: Rgb[] = [
    [0.6, 0.58, 0.56],
    [1.25, 1.22, 1.15],
    [1.1, 1.1, 0.8],
  ];
  const stone = groundMaterial({ ...surroundings, ground: "stone" }, [0, 0]);
  return { ...stone, grain: 0.5 * stone.grain, colours: [dark!, light!, lichen!] as const };
}

/** Places on the floor between two distances from the subject. */
function ring(draw: Stream, floor: HeightMap) {
  return (near: number, far: number) => {
    const [turn, distance] = [draw.uniform(0, 2 * Math.PI), near + (far - near) * Math.sqrt(draw.next())];
    const [x, y] = [distance * Math.cos(turn), distance * Math.sin(turn)];
    return new Vector3(x, y, floor(x, y));
  };
}

function drawClutterFlower(
  { laminas, discs }: FlowerMeshes,
  scene: ResolvedScene,
  at: Vector3,
  draw: Stream,
  isAfloat: boolean,
): void {
  const plan = flowerPlan(scene);
  const small = { ...plan, radius: plan.radius * draw.uniform(0.6, 1.1), petals: Math.min(24, plan.petals) };
  const lean = new Vector3(draw.normal(0, 0.4), draw.normal(0, 0.4), 1).normalize();
  const lift = isAfloat ? draw.uniform(0.2, 2.4) * plan.radius : 0.4 * plan.radius;
  const frame = placed(
    at.clone().setZ(at.z + lift),
    new Quaternion().setFromUnitVectors(new Vector3(0, 0, 1), lean),
  );
  laminas.within(frame, () =>
    discs.within(frame, () => FLOWER_HEADS[plan.kind].draw({ laminas, discs }, small, draw)),
  );
}

function drawClutterLeaf(mesh: MeshBuilder, at: Vector3, size: number, draw: Stream): void {
  const length = size * draw.uniform(1, 5);
  const colour: Rgb = hsl(draw.uniform(0.2, 0.34), draw.uniform(0.3, 0.65), draw.uniform(0.16, 0.36));
  const lean = new Vector3(draw.normal(0, 0.5), draw.normal(0, 0.5), 1).normalize();
  const spin = new Quaternion().setFromAxisAngle(new Vector3(0, 0, 1), draw.uniform(0, 6.28));
  const turned = new Quaternion().setFromUnitVectors(new Vector3(0, 0, 1), lean).multiply(spin);
  const lifted = at.clone().setZ(at.z + 0.12 * length);
  mesh.within(placed(lifted, turned), () =>
    drawLamina(mesh, length, length * draw.uniform(0.25, 0.6), colour),
  );
}
