/** Flowers as a scene's numbers ask for them: their plan, their level of detail and the meshes that they are drawn into. */
import { stream } from "../../src/shared/rng.js";
import { MeshBuilder } from "../geometry/mesh.js";
import type { ResolvedScene } from "../scene/resolved-scene.js";
import { bodyLength } from "./body-length.js";
import { type FlowerMeshes, type FlowerPlan, flowerColours } from "./flower-heads.js";
import type { Piece } from "./surrounding.js";

export function flowerPlan({ surroundings: s }: ResolvedScene): FlowerPlan {
  return {
    kind: s.flower,
    radius: s.flowerRadius,
    petals: s.petals,
    ...flowerColours(
      s.petalHue,
      s.petalSaturation,
      s.petalLightness,
      s.heartHue,
      s.heartLightness,
      stream(s.detail, "petals"),
    ),
  };
}

/** Radius in pixels from which flowers have all their facets. */
const FULL_RADIUS = 220;

/** Share of the full number of facets that a flower of this radius is built with, as its size in the picture asks. */
export function flowerLevelOfDetail(scene: ResolvedScene): number {
  const { camera, image, surroundings } = scene;
  const pixels =
    (camera.framing * Math.min(image.width, image.height) * surroundings.flowerRadius) / bodyLength(scene);
  return Math.min(1, pixels / FULL_RADIUS);
}

export const flowerMeshes = (levelOfDetail: number): FlowerMeshes => ({
  laminas: new MeshBuilder(levelOfDetail),
  discs: new MeshBuilder(levelOfDetail),
});

/** @param width of a typical petal in millimetres, by which its grooves are scaled */
export const flowerPieces = ({ laminas, discs }: FlowerMeshes, width: number): Piece[] =>
  [
    { mesh: discs, material: { surface: "florets" as const, grain: width, relief: 1 } },
    { mesh: laminas, material: { surface: "lamina" as const, grain: width, relief: 1 } },
  ].filter(({ mesh }) => mesh.vertexCount > 0);

export const petalWidth = ({ surroundings }: ResolvedScene) => 0.2 * surroundings.flowerRadius;
