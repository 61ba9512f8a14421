/** Blades, leaves and petals out of focus between the lens and the subject, reaching in from the frame's rim. */
import { Matrix4, type PerspectiveCamera, Vector3 } from "three";
import { stream } from "../../src/shared/rng.js";
import { hsl, type Rgb } from "../geometry/colour.js";
import { MeshBuilder } from "../geometry/mesh.js";
import { arc, tube } from "../geometry/shapes.js";
import type { OCCLUDERS } from "../scene/factors.js";
import type { ResolvedScene } from "../scene/resolved-scene.js";
import { drawLeaf } from "./plants.js";
import type { Piece } from "./surrounding.js";

/** @param distance of the subject from the lens, in millimetres */
export function buildOccluders(
  { occluders: o, surroundings }: ResolvedScene,
  camera: PerspectiveCamera,
  distance: number,
): Piece[] {
  if (o.count === 0) return [];
  const mesh = new MeshBuilder();
  const draw = stream(o.detail, "occluders");
  const halfHeight = Math.tan((camera.fov * Math.PI) / 360);
  for (let k = 0; k < o.count; k++) {
    const depth = distance * draw.uniform(0.45, 0.75);
    const half = halfHeight * depth;
    const turn = draw.uniform(0, 2 * Math.PI);
    const rim = new Vector3(Math.cos(turn), Math.sin(turn), 0).multiplyScalar(1.45 * half).setZ(-depth);
    const tip = new Vector3(Math.cos(turn), Math.sin(turn), 0)
      .multiplyScalar(1.3 * half * (1 - o.reach))
      .setZ(-depth);
    const colour =
      o.kind === "petal"
        ? hsl(surroundings.petalHue, surroundings.petalSaturation, surroundings.petalLightness)
        : hsl(draw.uniform(0.2, 0.34), 0.5, draw.uniform(0.15, 0.4));
    mesh.within(camera.matrixWorld, () => drawOccluder(mesh, o.kind, rim, tip, half, colour));
  }
  return [{ mesh, material: { surface: "plant" }, throwsShadow: false }];
}

function drawOccluder(
  mesh: MeshBuilder,
  kind: (typeof OCCLUDERS)[number],
  rim: Vector3,
  tip: Vector3,
  half: number,
  colour: Rgb,
): void {
  if (kind === "blade") {
    const bow = rim
      .clone()
      .lerp(tip, 0.5)
      .add(new Vector3(0.05 * half, 0.05 * half, 0));
    tube(
      mesh,
      arc(rim, bow, tip, 6),
      (t) => 0.06 * half * (1 - t ** 2),
      { colour, translucency: 0.4 },
      { sides: 4 },
    );
    return;
  }
  const length = rim.distanceTo(tip) * 2;
  const turn = Math.atan2(rim.y - tip.y, rim.x - tip.x);
  const frame = new Matrix4().makeRotationZ(turn).setPosition(rim);
  mesh.within(frame, () => drawLeaf(mesh, length, length * (kind === "leaf" ? 0.4 : 0.8), colour));
}
