/** What ants carry home in their mandibles: a piece of a leaf held upright, a seed, a crumb. */
import { Vector3 } from "three";
import type { Stream } from "../../../src/shared/rng.js";
import { hsl } from "../../geometry/colour.js";
import type { MeshBuilder } from "../../geometry/mesh.js";
import { ball } from "../../geometry/shapes.js";

/** @param grip between the mandibles, in the head's frame: x ahead, z up, in lengths of the mesosoma */
export function drawLoad(mesh: MeshBuilder, grip: Vector3, draw: Stream): void {
  const size = draw.uniform(0.3, 0.8);
  LOADS[draw.integer(LOADS.length)]!(mesh, grip, size, draw);
}

type DrawLoad = (mesh: MeshBuilder, grip: Vector3, size: number, draw: Stream) => void;

const LOADS: readonly DrawLoad[] = [
  (mesh, grip, size, draw) => {
    const colour = hsl(draw.uniform(0.2, 0.34), 0.6, draw.uniform(0.2, 0.4));
    const centre = grip.clone().add(new Vector3(0.2 * size, 0, 1.2 * size));
    ball(mesh, centre, new Vector3(1.5 * size, 0.02, 1.2 * size), { colour, translucency: 0.5 }, 14);
  },
  (mesh, grip, size, draw) => {
    const colour = hsl(draw.uniform(0.06, 0.12), 0.5, draw.uniform(0.3, 0.6));
    const radii = new Vector3(0.9 * size, 0.5 * size, 0.5 * size);
    ball(mesh, grip.clone().add(new Vector3(0.8 * size, 0, 0)), radii, { colour, gloss: 0.3 }, 12);
  },
  (mesh, grip, size, draw) => {
    const colour = hsl(0.1, 0.25, draw.uniform(0.6, 0.9));
    for (let k = 0; k < 4; k++) {
      const off = new Vector3(draw.uniform(0.4, 0.9), draw.uniform(-0.3, 0.3), draw.uniform(-0.3, 0.3));
      ball(
        mesh,
        grip.clone().addScaledVector(off, size),
        new Vector3(size, size, size).multiplyScalar(0.45),
        { colour },
        8,
      );
    }
  },
];
