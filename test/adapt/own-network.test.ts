import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { loadCheckpoint, saveCheckpoint } from "../../adapt/backbones/checkpoint.js";
import { withHead } from "../../adapt/backbones/model.js";
import { useBackend } from "../../adapt/backend/backend.js";
import { activations } from "../../adapt/images/activations.js";
import { labeledImages } from "../../adapt/images/images.js";
import { predict } from "../../adapt/inference/predict.js";
import { costOf, parametersOf } from "../../adapt/layers/network.js";
import { sizeOf, type Weights } from "../../adapt/layers/parameters.js";
import { adabn } from "../../adapt/methods/adabn.js";
import { adapt } from "../../adapt/methods/adapt.js";
import { train } from "../../adapt/training/train.js";
import { idleWorkers } from "../../src/shared/warm-pool.js";
import { fault, temporaryFolder } from "../support.js";
import { noiseFiles, ownBackbone } from "./files.js";
import { accuracy, CLASSES } from "./made-up.js";
import { ownNetwork } from "./own-network.js";

beforeAll(() => useBackend());

/** Each weight within rounding of the other's. */
function expectSame(found: Weights, expected: Weights): void {
  expect(Object.keys(found)).toEqual(Object.keys(expected));
  for (const [name, { data }] of Object.entries(expected)) {
    const largest = data.reduce((max, v) => Math.max(max, Math.abs(v)), 0);
    const worst = data.reduce((max, v, i) => Math.max(max, Math.abs(v - found[name]!.data[i]!)), 0);
    expect(worst, name).toBeLessThanOrEqual(1e-5 * largest);
  }
}

const idleProcesses = () =>
  idleWorkers(new URL("../../adapt/images/", import.meta.url).href, "prefix-worker", 2);

describe("a network of one's own", () => {
  it("has the card that its layers lead to", () => {
    const { card, network } = ownNetwork;
    const trainable = Object.values(parametersOf(network(2))).filter((spec) => spec.trainable);
    const head = 2 * (card.featureWidth + 1);
    expect(trainable.reduce((sum, { shape }) => sum + sizeOf(shape), 0)).toBe(card.parameters + head);
    expect(costOf(network(2), [16, 16, 3], { to: "head" }).shape).toEqual([card.featureWidth]);
  });

  it("learns on images, over threads as on one", async () => {
    const { items } = await noiseFiles(24);
    const images = labeledImages(items, { cache: null });
    const start = withHead(await ownBackbone(), CLASSES, 0);
    const phase = { train: "all", lr: 0.02, epochs: 6, batch: 7 } as const;
    const run = (threads: number) => train(start, { ...phase, on: images, validation: images, threads });
    const [alone, together] = [await run(1), await run(2)];
    expect(alone.history.at(-1)!.trainLoss).toBeLessThan(0.8 * alone.history[0]!.trainLoss);
    expectSame(together.weights, alone.weights);
    expect(together.weights["conv1.weight"]).not.toEqual(start.weights["conv1.weight"]);
    const predictions = await predict(together, images);
    expect(accuracy(predictions, images)).toBe(together.history.at(-1)!.valAccuracy);
  });

  it("is seen through activations that processes compute", async () => {
    const { items, folder } = await noiseFiles(64);
    const { definition, card, network, weights, path } = await ownBackbone();
    const through = { definition, card, network, weights, pretrained: { weights, path } };
    const options = { network: through, layer: "pool", views: [0, 1] };
    const dir = join(folder, "cache");
    const spread = await activations(items, { ...options, cache: { dir, workers: 2 } });
    expect(idleProcesses()).toBe(2);
    expect(spread).toMatchObject({ computed: 128, cached: 0, shape: [8, 8, 12] });
    const alone = await activations(items, { ...options, cache: null });
    for (const { id } of items)
      for (const view of [0, 1]) expect(spread.get(id, view)).toEqual(alone.get(id, view));
  });

  it("is kept in a checkpoint, which is read with its definition alone", async () => {
    const { items } = await noiseFiles(6);
    const images = labeledImages(items, { cache: null });
    const backbone = await ownBackbone();
    const phase = { train: { from: "conv2" }, lr: 0.02, epochs: 1 } as const;
    const trained = await train(withHead(backbone, CLASSES, 0), { ...phase, on: images });
    const path = join(await temporaryFolder(), "own.safetensors");
    await saveCheckpoint(path, trained);
    await expect(loadCheckpoint(path)).rejects.toMatchObject(
      fault(2, /^backbone: expected one of .*, found "own-network"$/),
    );
    const loaded = await loadCheckpoint(path, { definition: ownNetwork, backbone });
    expect(await predict(loaded, images)).toEqual(await predict(trained, images));
    expect(loaded.weights["conv1.weight"]).toBe(backbone.weights["conv1.weight"]);
    expect(loaded.weights["conv2.weight"]).not.toEqual(backbone.weights["conv2.weight"]);
    const other = { ...ownNetwork, card: { ...ownNetwork.card, name: "another" } };
    await expect(loadCheckpoint(path, { definition: other })).rejects.toMatchObject(
      fault(2, /expected a checkpoint of another, found one of own-network$/),
    );
  });

  it("is adapted by the methods that apply to it", async () => {
    const { items } = await noiseFiles(40);
    const [source, target] = [items, items.slice(0, 36)].map((some) => labeledImages(some, { cache: null }));
    const start = withHead(await ownBackbone(), CLASSES, 0);
    const adapted = await adapt(start, adabn(), { source: source!, target: target! });
    expect(adapted.weights["bn1.running_mean"]).not.toEqual(start.weights["bn1.running_mean"]);
    expect(adapted.definition).toBe(ownNetwork);
  });
});

describe("a network of one's own that names no module", () => {
  const { module: _module, ...nameless } = ownNetwork;

  it("trains on one thread, and refuses more", async () => {
    const { items } = await noiseFiles(6);
    const on = labeledImages(items, { cache: null });
    const start = withHead(await ownBackbone(nameless), CLASSES, 0);
    const phase = { train: "all", lr: 0.02, epochs: 1, on } as const;
    expect((await train(start, phase)).history).toHaveLength(1);
    await expect(train(start, { ...phase, threads: 2 })).rejects.toMatchObject(
      fault(
        2,
        /^threads: expected 1, or a network whose definition names its module, found 2, and own-network names none$/,
      ),
    );
  });

  it("is seen through activations that this process computes, whatever the workers", async () => {
    const { items, folder } = await noiseFiles(64);
    const { definition, card, network, weights, path } = await ownBackbone(nameless);
    const through = { definition, card, network, weights, pretrained: { weights, path: `${path}.gone` } };
    const options = { network: through, layer: "pool", views: [0, 1] };
    const cache = { dir: join(folder, "cache"), workers: 2 };
    expect(await activations(items, { ...options, cache })).toMatchObject({ computed: 128 });
  });
});

describe("a module", () => {
  it("that does not export what it is said to is named", async () => {
    const { items, folder } = await noiseFiles(64);
    const { card, network, weights, path } = await ownBackbone();
    const through = (name: string) => {
      const definition = { ...ownNetwork, module: { ...ownNetwork.module!, export: name } };
      return { definition, card, network, weights, pretrained: { weights, path } };
    };
    const cache = { dir: join(folder, "cache"), workers: 2 };
    const see = (name: string) =>
      activations(items, { network: through(name), layer: "pool", views: [0, 1], cache });
    await expect(see("wasp")).rejects.toMatchObject(
      fault(2, /own-network\.ts: expected an export named wasp, found none$/),
    );
  });
});
