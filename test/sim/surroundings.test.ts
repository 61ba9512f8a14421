import { describe, expect, it } from "vitest";
import { FLOWERS, SUPPORTS } from "../../sim/scene/factors.js";
import { resolveScene } from "../../sim/scene/resolve.js";
import { parseScene } from "../../sim/scene/scene.js";
import { buildSurroundings } from "../../sim/surroundings/build.js";

const EXTENT = 200;

const resolved = (surroundings: object, framing = 0.8) =>
  resolveScene(parseScene({ name: "surroundings", surroundings, camera: { framing } }), 3, 0);

const geometries = (scene: ReturnType<typeof resolved>) =>
  buildSurroundings(scene, EXTENT).pieces.map(({ mesh }) => mesh.toGeometry());

const facets = (scene: ReturnType<typeof resolved>) =>
  geometries(scene).reduce((sum, { index }) => sum + index!.count / 3, 0);

const everything = { flowers: 3, leaves: 3, blades: 3, pebbles: 3, twigs: 3 };

describe.each(FLOWERS)("%s", (flower) => {
  it("has fewer facets where it is small in the picture", () => {
    const head = { support: "flower", flower, flowers: 2 };
    if (flower === "thistle")
      expect(facets(resolved(head, 0.1))).toBeLessThanOrEqual(facets(resolved(head, 1)));
    else expect(facets(resolved(head, 0.1))).toBeLessThan(facets(resolved(head, 1)));
  });
});

describe.each(SUPPORTS)("%s", (support) => {
  const scene = resolved({ support, ...everything });

  it("is built alike twice", () => {
    const [first, second] = [geometries(scene), geometries(scene)];
    expect(first.length).toBeGreaterThan(1);
    first.forEach((geometry, k) => {
      expect(geometry.getAttribute("position").array).toEqual(second[k]!.getAttribute("position").array);
    });
  });

  it("has finite places, and passes through the origin", () => {
    for (const geometry of geometries(scene))
      expect(geometry.getAttribute("position").array.every(Number.isFinite)).toBe(true);
    expect(Math.abs(buildSurroundings(scene, EXTENT).height(0, 0))).toBeLessThan(1e-9);
  });
});
