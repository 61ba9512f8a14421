import { Vector3 } from "three";
import { describe, expect, it } from "vitest";
import { MeshBuilder } from "../../sim/geometry/mesh.js";
import { ball, spindle, tube } from "../../sim/geometry/shapes.js";
import { kneeBetween, legJoints } from "../../sim/subjects/insect/limbs.js";

const look = { colour: [1, 1, 1] } as const;

/** Share of vertices whose normal points away from `centre`. */
function outward(mesh: MeshBuilder, centre: Vector3): number {
  const geometry = mesh.toGeometry();
  const [position, normal] = [geometry.getAttribute("position"), geometry.getAttribute("normal")];
  const [p, n] = [new Vector3(), new Vector3()];
  let count = 0;
  for (let i = 0; i < position.count; i++) {
    p.fromBufferAttribute(position, i).sub(centre);
    if (n.fromBufferAttribute(normal, i).dot(p) > 0) count++;
  }
  return count / position.count;
}

describe("closed shapes turn their normals outwards", () => {
  it.each([
    [
      "ball",
      (m: MeshBuilder) => ball(m, new Vector3(1, 2, 3), new Vector3(1, 2, 1), look),
      new Vector3(1, 2, 3),
    ],
    [
      "spindle",
      (m: MeshBuilder) => spindle(m, { length: 2, width: 1, height: 1 }, look),
      new Vector3(-1, 0, 0),
    ],
    [
      "tube",
      (m: MeshBuilder) =>
        tube(m, [new Vector3(-1, 0, 0), new Vector3(0, 0, 0), new Vector3(1, 0, 0)], () => 0.5, look),
      new Vector3(),
    ],
  ])("%s", (_name, draw, centre) => {
    const mesh = new MeshBuilder();
    draw(mesh);
    expect(outward(mesh, centre)).toBe(1);
  });
});

describe("legs", () => {
  it("keep the lengths of their bones and bend upwards", () => {
    const knee = kneeBetween(new Vector3(0, 0, 0.5), new Vector3(0, 1.2, 0), 1, 0.9, new Vector3(0, 0, 1));
    expect(knee.distanceTo(new Vector3(0, 0, 0.5))).toBeCloseTo(1, 6);
    expect(knee.distanceTo(new Vector3(0, 1.2, 0))).toBeCloseTo(0.9, 6);
    expect(knee.z).toBeGreaterThan(0.5);
  });

  it("end where the foot stands", () => {
    const foot = new Vector3(0.4, 1.1, -0.02);
    const plan = {
      hip: new Vector3(0, 0.2, 0.5),
      side: 1,
      pair: 1,
      coxa: 0.2,
      femur: 0.9,
      tibia: 0.8,
      tarsus: 0.6,
      foot,
    } as const;
    expect(legJoints(plan).claw).toEqual(foot);
  });
});
