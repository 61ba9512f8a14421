/** No picture without its insect: what surroundings hide is looked at from above, or without them. */
import { expect, it } from "vitest";
import { renderSample } from "../../sim/dataset/sample.js";
import { Renderer } from "../../sim/renderer/renderer.js";
import { ONLY_MASKS } from "../../sim/scene/label-passes.js";
import { resolveScene } from "../../sim/scene/resolve.js";
import { loadScene } from "../../sim/scene/scene.js";

const WIDTH = 256;
/** Pictures of the standard scene, seed 0: one in which a flower's stem covers an ant from every side, and one without. */
const [COVERED, FREE] = [903, 905];

it("an insect that is covered from every side is shown without what stands around it", async () => {
  const scene = await loadScene("scenes/standard.yaml");
  const renderer = await Renderer.open(WIDTH, WIDTH);
  const resolved = resolveScene(scene, 0, COVERED);
  const length = resolved.camera.framing * WIDTH;
  const { instances, scene: drawn } = await renderSample(renderer, resolved, ONLY_MASKS);
  expect(instances[0]!.area).toBeGreaterThan(0.02 * length ** 2);
  expect(resolved.surroundings.flowers).toBeGreaterThan(0);
  expect(drawn.surroundings).toMatchObject({ flowers: 0, leaves: 0, blades: 0, pebbles: 0, twigs: 0 });
  expect(drawn.occluders.count).toBe(0);
  const free = resolveScene(scene, 0, FREE);
  expect((await renderSample(renderer, free, ONLY_MASKS)).scene).toEqual(free);
  renderer.close();
});
