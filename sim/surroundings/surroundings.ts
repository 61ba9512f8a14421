/** The support that insects stand on, and what grows and lies around it. */
import { Matrix4, Quaternion, Vector3 } from "three";
import { type Stream, stream } from "../../src/shared/rng.js";
import { hsl, type Rgb } from "../colour.js";
import { MeshBuilder } from "../mesh.js";
import type { HeightMap } from "../organisms/organism.js";
import type { ResolvedScene } from "../resolve.js";
import type { SUPPORTS } from "../scene.js";
import { arc, placed, tube } from "../shapes.js";
import {
  cylinderHeight,
  FLOWER_HEADS,
  type FlowerMeshes,
  type FlowerPlan,
  flowerColours,
} from "./flowers.js";
import { buildGround, groundCoat } from "./ground.js";
import { drawBlade, drawLamina, drawLeaf, drawPebble, drawTwig, leafHeight } from "./plants.js";
import type { Piece, Support } from "./support.js";

type SupportName = (typeof SUPPORTS)[number];

const SUPPORT_BUILDERS: Record<SupportName, (scene: ResolvedScene, extent: number) => Support> = {
  ground: buildGround,
  flower: buildFlower,
  leaf: buildLeaf,
  twig: buildTwig,
};

/**
 * Everything around the insects.
 * @param extent how far the camera may see along the ground, in millimetres
 */
export function buildSurroundings(scene: ResolvedScene, extent: number): Support {
  const support = SUPPORT_BUILDERS[scene.surroundings.support](scene, extent);
  return { height: support.height, pieces: [...support.pieces, ...buildCompany(scene, support.height)] };
}

function flowerPlan({ surroundings: s }: ResolvedScene): FlowerPlan {
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
function flowerFineness(scene: ResolvedScene): number {
  const { camera, image, surroundings } = scene;
  const pixels =
    (camera.framing * Math.min(image.width, image.height) * surroundings.flowerRadius) / bodyLength(scene);
  return Math.min(1, pixels / FULL_RADIUS);
}

const flowerMeshes = (fineness: number): FlowerMeshes => ({
  laminas: new MeshBuilder(fineness),
  discs: new MeshBuilder(fineness),
});

/** @param width of a typical petal in millimetres, by which its grooves are scaled */
const flowerPieces = ({ laminas, discs }: FlowerMeshes, width: number): Piece[] =>
  [
    { mesh: discs, coat: { surface: "florets" as const, grain: width, relief: 1 } },
    { mesh: laminas, coat: { surface: "lamina" as const, grain: width, relief: 1 } },
  ].filter(({ mesh }) => mesh.vertexCount > 0);

const petalWidth = ({ surroundings }: ResolvedScene) => 0.2 * surroundings.flowerRadius;

/** The largest insect that a flower, leaf or twig has to carry decides its least size. */
const bodyLength = ({ kind, subjects }: ResolvedScene) => kind.shape.bodyLength * (subjects[0]?.size ?? 1);

function buildFlower(scene: ResolvedScene): Support {
  const plan = flowerPlan(scene);
  const meshes = flowerMeshes(flowerFineness(scene));
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

function buildLeaf(scene: ResolvedScene): Support {
  const { surroundings } = scene;
  const draw = stream(surroundings.detail, "leaf");
  const length = bodyLength(scene) * draw.uniform(3, 9);
  const width = length * draw.uniform(0.35, 0.8);
  const [shiftX, turn] = [draw.uniform(-0.2, 0.2) * length, draw.uniform(0, 6.28)];
  const [c, s] = [Math.cos(turn), Math.sin(turn)];
  const height = leafHeight(length, width);
  const base = height(shiftX, 0);
  const mesh = new MeshBuilder();
  const frame = new Matrix4().makeRotationZ(turn).multiply(new Matrix4().makeTranslation(-shiftX, 0, -base));
  mesh.within(frame, () => drawLeaf(mesh, length, width, [1, 1, 1]));
  const coat = {
    ...groundCoat({ ...surroundings, ground: "leaf" }, [0, 0]),
    grain: Math.max(0.8, length / 40),
  };
  return { height: (x, y) => height(x * c + y * s + shiftX, y * c - x * s) - base, pieces: [{ mesh, coat }] };
}

function buildTwig(scene: ResolvedScene): Support {
  const { surroundings } = scene;
  const draw = stream(surroundings.detail, "twig");
  const radius = bodyLength(scene) * draw.uniform(0.25, 1.4);
  const length = bodyLength(scene) * 30;
  const mesh = new MeshBuilder();
  const at = (u: number, v: number, out: Vector3) =>
    out.set(
      (u - 0.5) * length,
      radius * Math.cos(v * 2 * Math.PI),
      -radius * (Math.sin(v * 2 * Math.PI) + 1),
    );
  const around = 2 * Math.PI * radius;
  const coordinates = (u: number, v: number) => [(u - 0.5) * length, v * around] as const;
  mesh.grid(24, 20, at, { colour: [1, 1, 1] }, { closed: true, coordinates });
  const green = draw.next() < 0.35;
  const skin = groundCoat({ ...surroundings, ground: green ? "leaf" : "bark" }, [
    draw.uniform(0, 99),
    draw.uniform(0, 99),
  ]);
  const coat = {
    ...skin,
    surface: green ? ("petal" as const) : skin.surface,
    grain: Math.min(skin.grain, radius),
  };
  return { height: cylinderHeight(radius), pieces: [{ mesh, coat }] };
}

/** Further flowers, leaves, grass, pebbles and twigs. */
function buildCompany(scene: ResolvedScene, height: HeightMap): Piece[] {
  const { surroundings: s } = scene;
  const draw = stream(s.detail, "company");
  const [solids, pebbles] = [new MeshBuilder(), new MeshBuilder()];
  const meshes = flowerMeshes(COMPANY_FINENESS * flowerFineness(scene));
  const size = bodyLength(scene);
  const floor = s.support === "ground" ? height : () => -2.2 * Math.max(size, s.flowerRadius);
  const around = ring(draw, floor);
  for (let k = 0; k < s.flowers; k++)
    drawCompanion(meshes, scene, around(s.flowerRadius * 1.6, s.flowerRadius * 5), draw);
  for (let k = 0; k < s.blades; k++)
    drawBlade(
      meshes.laminas,
      around(size * 0.7, size * 8),
      size * draw.uniform(1, 6),
      size * draw.uniform(0.06, 0.22),
      draw,
    );
  if (s.support === "ground") {
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
    drawCompanionLeaf(meshes.laminas, around(size * 1.3, size * 7), size, draw);
  return [
    ...(solids.vertexCount ? [{ mesh: solids, coat: { surface: "plant" as const } }] : []),
    ...(pebbles.vertexCount ? [{ mesh: pebbles, coat: pebbleCoat(scene) }] : []),
    ...flowerPieces(meshes, petalWidth(scene)),
  ];
}

/** What stands around is mostly out of focus. */
const COMPANY_FINENESS = 0.7;

/** Stone whose tones are about one, so that each pebble's own colour decides. */
function pebbleCoat({ surroundings }: ResolvedScene) {
  const [dark, light, lichen]: Rgb[] = [
    [0.6, 0.58, 0.56],
    [1.25, 1.22, 1.15],
    [1.1, 1.1, 0.8],
  ];
  const stone = groundCoat({ ...surroundings, ground: "stone" }, [0, 0]);
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

function drawCompanion(
  { laminas, discs }: FlowerMeshes,
  scene: ResolvedScene,
  at: Vector3,
  draw: Stream,
): void {
  const plan = flowerPlan(scene);
  const small = { ...plan, radius: plan.radius * draw.uniform(0.6, 1.1), petals: Math.min(24, plan.petals) };
  const lean = new Vector3(draw.normal(0, 0.4), draw.normal(0, 0.4), 1).normalize();
  const lift =
    scene.surroundings.support === "ground" ? 0.4 * plan.radius : draw.uniform(0.2, 2.4) * plan.radius;
  const frame = placed(
    at.clone().setZ(at.z + lift),
    new Quaternion().setFromUnitVectors(new Vector3(0, 0, 1), lean),
  );
  laminas.within(frame, () =>
    discs.within(frame, () => FLOWER_HEADS[plan.kind].draw({ laminas, discs }, small, draw)),
  );
}

function drawCompanionLeaf(mesh: MeshBuilder, at: Vector3, size: number, draw: Stream): void {
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
