/** One leaf to stand on. */
import { Matrix4 } from "three";
import { stream } from "../../src/shared/rng.js";
import { MeshBuilder } from "../geometry/mesh.js";
import type { ResolvedScene } from "../scene/resolved-scene.js";
import { bodyLength } from "./body-length.js";
import { groundMaterial } from "./ground.js";
import { drawLeaf, leafHeight } from "./plants.js";
import type { Support, Surrounding } from "./surrounding.js";

export const leaf = { name: "leaf", isGround: false, build: buildLeaf } satisfies Surrounding;

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
  const material = {
    ...groundMaterial({ ...surroundings, ground: "leaf" }, [0, 0]),
    grain: Math.max(0.8, length / 40),
  };
  return {
    height: (x, y) => height(x * c + y * s + shiftX, y * c - x * s) - base,
    pieces: [{ mesh, material }],
  };
}
