import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { useBackend } from "../../adapt/backend/backend.js";
import { type ActivationOptions, activations } from "../../adapt/images/activations.js";
import { type Augmentation, randomResizedCrop } from "../../adapt/images/augmentation.js";
import { type Purpose, unlabeledImages } from "../../adapt/images/images.js";
import { idleWorkers } from "../../src/shared/warm-pool.js";
import { fault } from "../support.js";
import { filesBelow, noiseFiles, ownBackbone } from "./files.js";
import { darkened } from "./own-augmentation.js";

beforeAll(() => useBackend());

const idleProcesses = () =>
  idleWorkers(new URL("../../adapt/images/", import.meta.url).href, "prefix-worker", 2);

/** Images, and what their pixels as the network's input are asked with. */
async function pixels(count: number) {
  const { items, folder } = await noiseFiles(count);
  const { definition, card, network, weights, path } = await ownBackbone();
  const through = { definition, card, network, weights, pretrained: { weights, path } };
  const dir = join(folder, "cache");
  const options: ActivationOptions = {
    network: through,
    layer: "conv1",
    views: [0, 1, 2],
    augmentation: darkened,
    cache: { dir, workers: 1 },
  };
  return { items, dir, options };
}

/** As the preprocessing has them, 0 to 255. */
const bytesOf = (normalised: Float32Array) => normalised.map((v) => Math.round((v * 0.5 + 0.5) * 255));

describe("an augmentation of one's own", () => {
  it("makes the training views, and leaves the evaluation view", async () => {
    const { items, options } = await pixels(2);
    const { augmentation: _own, ...cropped } = options;
    const [own, usual] = [await activations(items, options), await activations(items, cropped)];
    for (const { id } of items) {
      const evaluation = bytesOf(own.get(id, 0));
      expect(own.get(id, 0)).toEqual(usual.get(id, 0));
      for (const view of [1, 2])
        expect(bytesOf(own.get(id, view))).toEqual(evaluation.map((v) => Math.trunc(v / 2 ** view)));
      expect(usual.get(id, 1)).not.toEqual(own.get(id, 1));
    }
  });

  it("has its own place in the cache, by name and options, however many views are kept", async () => {
    const { items, options } = await pixels(2);
    const { augmentation: _own, ...cropped } = options;
    const families: Partial<ActivationOptions>[] = [
      { augmentation: randomResizedCrop() },
      {},
      { augmentation: { ...darkened, options: { by: 3 } } },
      { augmentation: { ...darkened, name: "dimmed" } },
    ];
    for (const family of families)
      expect(await activations(items, { ...options, ...family })).toMatchObject({ computed: 6, cached: 0 });
    for (const family of families)
      expect(await activations(items, { ...options, ...family })).toMatchObject({ computed: 0, cached: 6 });
    const more = { ...darkened, views: 3 };
    const kept = await activations(items, { ...options, augmentation: more, views: [0, 1, 2, 3] });
    expect(kept).toMatchObject({ computed: 2, cached: 6 });
    expect(await activations(items, cropped)).toMatchObject({ computed: 0, cached: 6 });
  });

  it("is computed by processes, to the same values", async () => {
    const { items, dir, options } = await pixels(64);
    const spread = await activations(items, { ...options, cache: { dir, workers: 2 } });
    expect(idleProcesses()).toBe(2);
    expect(spread.computed).toBe(192);
    const alone = await activations(items, { ...options, cache: null });
    for (const { id } of items)
      for (const view of [0, 1, 2]) expect(spread.get(id, view)).toEqual(alone.get(id, view));
  });

  it("that names no module is computed in this process", async () => {
    const { items, dir, options } = await pixels(64);
    let made = 0;
    const { module: _module, ...nameless } = darkened;
    const augmentation: Augmentation = {
      ...nameless,
      view: (...given) => {
        made++;
        return darkened.view(...given);
      },
    };
    const found = await activations(items, { ...options, augmentation, cache: { dir, workers: 2 } });
    expect(found.computed).toBe(192);
    expect(made).toBe(128);
    const { id } = items[0]!;
    expect(found.get(id, 2)).not.toEqual(found.get(id, 0));
  });

  it("that is none where its module says so is named", async () => {
    const { items, dir, options } = await pixels(64);
    const module = { url: new URL("own-network.ts", import.meta.url).href, export: "ownNetwork" };
    const augmentation = { ...darkened, module };
    const run = activations(items, { ...options, augmentation, cache: { dir, workers: 2 } });
    await expect(run).rejects.toMatchObject(
      fault(2, /^ownNetwork of .*own-network\.ts: expected an augmentation, found something else$/),
    );
  });

  it("decides how many views images are trained on, none included", async () => {
    const { items, dir, options } = await pixels(2);
    const cache = { dir, workers: 1 };
    for (const views of [0, 1, 2]) {
      const images = unlabeledImages(items, { augmentation: { ...darkened, views }, cache });
      const viewsFor = async (purpose: Purpose) =>
        (await images.activations(options.network, "conv1", purpose)).views;
      expect(await viewsFor("training")).toEqual([[0], [1], [1, 2]][views]);
      expect(await viewsFor("evaluation")).toEqual([0]);
      expect(await viewsFor("both")).toEqual([0, 1, 2].slice(0, views + 1));
    }
    expect(filesBelow(dir)).toHaveLength(6);
  });
});
