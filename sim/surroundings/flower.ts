/** One flower to stand on, on a stem of its own. */
import { Vector3 } from "three";
import { type Stream, stream } from "../../src/shared/rng.js";
import type { MeshBuilder } from "../geometry/mesh.js";
import { arc, tube } from "../geometry/shapes.js";
import type { ResolvedScene } from "../scene/resolved-scene.js";
import { FLOWER_HEADS, type FlowerPlan } from "./flower-heads.js";
import { flowerLevelOfDetail, flowerMeshes, flowerPieces, flowerPlan, petalWidth } from "./flower-meshes.js";
import type { Support, Surrounding } from "./surrounding.js";

export const flower = { name: "flower", isGround: false, build: buildFlower } satisfies Surrounding;

function buildFlower(scene: ResolvedScene): Support {
  const plan = flowerPlan(scene);
  const meshes = flowerMeshes(flowerLevelOfDetail(scene));
  const draw = stream(scene.surroundings.detail, "flower");
  FLOWER_HEADS[plan.kind].draw(meshes, plan, draw);
  if (plan.kind !== "spike") drawStem(meshes.laminas, plan, draw);
  return { height: FLOWER_HEADS[plan.kind].height(plan), pieces: flowerPieces(meshes, petalWidth(scene)) };
}

function drawStem(mesh: MeshBuilder, plan: FlowerPlan, draw: Stream): void {
  const top = new Vector3(0, 0, -0.3 * plan.radius);
  const foot = new Vector3(draw.uniform(-1, 1), draw.uniform(-1, 1), -6).multiplyScalar(plan.radius);
  tube(mesh, arc(top, new Vector3(0, 0, -3 * plan.radius), foot, 8), () => 0.07 * plan.radius, {
    colour: plan.stem,
    translucency: 0.2,
  });
}
