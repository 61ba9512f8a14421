/** One twig to stand on, of bark or green. */
import type { Vector3 } from "three";
import { stream } from "../../src/shared/rng.js";
import { MeshBuilder } from "../geometry/mesh.js";
import type { ResolvedScene } from "../scene/resolved-scene.js";
import { bodyLength } from "./body-length.js";
import { cylinderHeight } from "./flower-heads.js";
import { groundMaterial } from "./ground.js";
import type { Support, Surrounding } from "./surrounding.js";

export const twig = { name: "twig", isGround: false, build: buildTwig } satisfies Surrounding;

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
  const skin = groundMaterial({ ...surroundings, ground: green ? "leaf" : "bark" }, [
    draw.uniform(0, 99),
    draw.uniform(0, 99),
  ]);
  const material = {
    ...skin,
    surface: green ? ("petal" as const) : skin.surface,
    grain: Math.min(skin.grain, radius),
  };
  return { height: cylinderHeight(radius), pieces: [{ mesh, material }] };
}
