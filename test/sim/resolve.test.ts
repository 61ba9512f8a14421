import { beforeAll, describe, expect, it } from "vitest";
import { resolveScene } from "../../sim/scene/resolve.js";
import { loadScene, parseScene, type SceneSpec } from "../../sim/scene/scene.js";

let spec: SceneSpec;
beforeAll(async () => {
  spec = await loadScene("scenes/standard.yaml");
});

/** Every value by its path. */
function flat(value: unknown, path = ""): Record<string, unknown> {
  if (typeof value !== "object" || value === null) return { [path]: value };
  return Object.assign(
    {},
    ...Object.entries(value).map(([key, v]) => flat(v, path ? `${path}.${key}` : key)),
  );
}

const differing = (a: unknown, b: unknown) => {
  const [left, right] = [flat(a), flat(b)];
  return Object.keys({ ...left, ...right }).filter((key) => left[key] !== right[key]);
};

it("gives the same numbers for the same scene, seed and index", () => {
  for (const index of [0, 1, 77]) expect(resolveScene(spec, 3, index)).toEqual(resolveScene(spec, 3, index));
});

it("gives other numbers for another index or seed", () => {
  expect(differing(resolveScene(spec, 0, 1), resolveScene(spec, 0, 2)).length).toBeGreaterThan(30);
  expect(differing(resolveScene(spec, 0, 1), resolveScene(spec, 1, 1)).length).toBeGreaterThan(30);
});

describe("each factor has a stream of its own", () => {
  it.each([
    ["camera", "elevation", 33],
    ["light", "sun", 0.123],
    ["sensor", "quality", 55],
    ["surroundings", "petalHue", 0.5],
  ] as const)("fixing %s.%s moves nothing else", (group, key, value) => {
    const fixed = { ...spec, [group]: { ...spec[group], [key]: value } };
    for (let index = 0; index < 8; index++)
      expect(differing(resolveScene(spec, 0, index), resolveScene(fixed, 0, index))).toEqual([
        `${group}.${key}`,
      ]);
  });

  it("reordering a scene's keys moves nothing", () => {
    const reversed = { ...spec, camera: Object.fromEntries(Object.entries(spec.camera).reverse()) as never };
    for (let index = 0; index < 4; index++)
      expect(differing(resolveScene(spec, 0, index), resolveScene(reversed, 0, index))).toEqual([]);
  });

  it("a second insect leaves the first where it was", () => {
    const one = resolveScene({ ...spec, subject: { ...spec.subject, count: 1 } }, 0, 5);
    const two = resolveScene({ ...spec, subject: { ...spec.subject, count: 2 } }, 0, 5);
    expect(two.subjects[0]).toEqual(one.subjects[0]);
    expect(two.camera).toEqual(one.camera);
  });
});

it("draws a class's own distributions, and the other's for swapped surroundings", () => {
  const scene = parseScene({
    name: "per-class",
    surroundings: { support: { ants: "twig", bees: "flower" }, swap: { choice: [true, false] } },
  });
  for (let index = 0; index < 24; index++) {
    const { label, surroundings } = resolveScene(scene, 0, index);
    const own = label === "ants" ? "twig" : "flower";
    expect(surroundings.support === own).toBe(!surroundings.swap);
  }
});

it("perturbs a shape by no more than it is told", () => {
  const still = parseScene({ name: "still", subject: { variation: 0 } });
  const varied = parseScene({ name: "varied", subject: { variation: 0.1 } });
  const lengths = (s: SceneSpec) =>
    Array.from({ length: 40 }, (_, i) => resolveScene(s, 0, i).kind.shape.bodyLength);
  expect(new Set(lengths(still)).size).toBe(2);
  expect(new Set(lengths(varied)).size).toBe(40);
});
