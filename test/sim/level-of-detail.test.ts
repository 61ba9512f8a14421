/** Insects that fill few pixels are drawn with fewer facets: that must change nothing that a label tells. */
import { Box3, Vector3 } from "three";
import { describe, expect, it } from "vitest";
import { levelOfDetail } from "../../sim/renderer/level-of-detail.js";
import { resolveScene } from "../../sim/scene/resolve.js";
import type { ResolvedScene } from "../../sim/scene/resolved-scene.js";
import { parseScene } from "../../sim/scene/scene.js";
import { ANT_PRESETS } from "../../sim/subjects/ant/presets.js";
import { BEE_PRESETS } from "../../sim/subjects/bee/presets.js";
import { subjectOf } from "../../sim/subjects/registry.js";
import type { Organism } from "../../sim/subjects/subject.js";

const COARSE = 0.3;

function sceneOf(label: "ants" | "bees", subject: object): ResolvedScene {
  const spec = parseScene({ name: "facets", subject });
  for (let i = 0; ; i++) {
    const scene = resolveScene(spec, 0, i);
    if (scene.label === label) return scene;
  }
}

const built = ({ kind, subjects: [one] }: ResolvedScene, detail: number): Organism =>
  subjectOf(kind.label).build(kind, one!, () => 0, detail);

function measured({ body, keypoints }: Organism) {
  const geometry = body.toGeometry();
  const box = new Box3().setFromBufferAttribute(geometry.getAttribute("position") as never);
  return { triangles: geometry.getIndex()!.count / 3, box, size: box.getSize(new Vector3()), keypoints };
}

describe.each([
  ...Object.keys(ANT_PRESETS).map((preset) => ["ants", preset, { antPreset: preset }] as const),
  ...Object.keys(BEE_PRESETS).map((preset) => ["bees", preset, { beePreset: preset }] as const),
])("%s, %s", (label, _preset, subject) => {
  const scene = sceneOf(label, subject);
  const [full, coarse] = [measured(built(scene, 1)), measured(built(scene, COARSE))];

  it("has less than half the facets", () => {
    expect(coarse.triangles).toBeLessThan(0.5 * full.triangles);
  });

  it("keeps its named points where they are", () => {
    expect(coarse.keypoints).toEqual(full.keypoints);
  });

  it("keeps its extent to a twentieth of its length", () => {
    const slack = 0.05 * full.size.x;
    for (const end of ["min", "max"] as const)
      for (const axis of ["x", "y", "z"] as const)
        expect(Math.abs(coarse.box[end][axis] - full.box[end][axis])).toBeLessThan(slack);
  });
});

describe("level of detail", () => {
  const scene = sceneOf("ants", {});
  const at = (framing: number, size = 1) =>
    levelOfDetail(
      { ...scene, camera: { ...scene.camera, framing } },
      { ...scene.subjects[0]!, size: size * scene.subjects[0]!.size },
    );

  it("grows with the insect's size in the picture, from a floor to all there is", () => {
    expect(at(0.01)).toBe(at(0.1));
    expect(at(0.1)).toBeLessThan(at(0.5));
    expect(at(0.5)).toBeLessThan(at(1));
    expect(at(4)).toBe(1);
    expect(at(0.5, 2)).toBeGreaterThan(at(0.5));
  });
});
