import { readdirSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { type Model, withHead } from "../../adapt/backbones/model.js";
import { useBackend } from "../../adapt/backend/backend.js";
import type { Activations } from "../../adapt/images/activations.js";
import {
  defaultCache,
  imagesAt,
  labeledImages,
  subset,
  unlabeledImages,
  withoutLabels,
} from "../../adapt/images/images.js";
import { openDataset } from "../../adapt/images/open-dataset.js";
import { heatMapOf, inspect } from "../../adapt/inference/inspect.js";
import { pooledFeatures, predict } from "../../adapt/inference/predict.js";
import { forward, parametersOf } from "../../adapt/layers/network.js";
import { toParams } from "../../adapt/layers/parameters.js";
import { withAdapter } from "../../adapt/methods/adapter.js";
import { train } from "../../adapt/training/train.js";
import { decodeImage, networkInput } from "../../src/shared/image.js";
import { fault, temporaryFolder, writeImage } from "../support.js";
import { filesBelow, noiseFiles, ownBackbone } from "./files.js";
import { noise } from "./formula.js";
import { CLASSES, clouds, examplesOf, formulaBackbone } from "./made-up.js";
import { pooled, tinyModel, WIDTH } from "./tiny.js";

beforeAll(() => useBackend());

const ownModel = async () => withHead(await ownBackbone(), CLASSES, 0);

/** What the whole network says of a file's evaluation view, in one run. */
async function directly({ network, weights, card }: Model, path: string): Promise<number[]> {
  const pixels = await networkInput(await decodeImage(path), card.preprocessing, 0);
  const side = card.preprocessing.size;
  const params = toParams(weights, parametersOf(network));
  const p = tf.tidy(() => tf.softmax(forward(network, params, tf.tensor(pixels, [1, side, side, 3]))));
  return Array.from(p.dataSync());
}

function expectClose(found: readonly { p: number[] }[], expected: readonly number[][]): void {
  expect(found).toHaveLength(expected.length);
  found.forEach(({ p }, i) => {
    p.forEach((v, k) => {
      expect(Math.abs(v - expected[i]![k]!)).toBeLessThan(1e-4);
    });
  });
}

describe("images that are known at one stage", () => {
  it("answer that one, and refuse another", async () => {
    const [model, images] = [tinyModel(), pooled("x", 4, clouds)];
    const answer = await images.activations(model, "classifier", "evaluation");
    expect(answer).toMatchObject({ layer: "classifier", shape: [WIDTH], computed: 0, cached: 4 });
    expect(answer.get("x/1", 0)).toEqual(images.known.get("x/1", 0));
    await expect(images.activations(model, "features", "training")).rejects.toMatchObject(
      fault(2, /^images: expected activations that enter features, found those of classifier$/),
    );
    const run = train(model, { on: images, train: { from: "features" }, lr: 0.1, epochs: 1 });
    await expect(run).rejects.toMatchObject(fault(2, /activations that enter features/));
  });

  it("enter what a method has put in before that stage, which predictions then run through", async () => {
    const [model, images] = [adapted(tinyModel()), pooled("x", 4, clouds)];
    expect(await images.activations(model, "adapter", "training")).toMatchObject({ layer: "adapter" });
    const { rows } = await predict(model, images);
    const features = tf.tensor2d(images.items.map(({ id }) => Array.from(images.known.get(id, 0))));
    const params = toParams(model.weights, parametersOf(model.network));
    const logits = forward(model.network, params, features, { from: "adapter" }) as tf.Tensor2D;
    expectClose(rows, tf.softmax(logits).arraySync() as number[][]);
    const plain = (await predict(tinyModel(), images)).rows;
    expect(Math.abs(rows[0]!.p[0]! - plain[0]!.p[0]!)).toBeGreaterThan(0.01);
  });
});

/** The model with an adapter before its head that changes something. */
function adapted(model: Model): Model {
  const fresh = withAdapter(model, 3);
  const weights = Object.entries(fresh.weights).map(([name, { shape, data }]) => {
    if (!name.startsWith("adapter")) return [name, fresh.weights[name]!] as const;
    return [name, { shape, data: Float32Array.from(noise(name, data.length)) }] as const;
  });
  return { ...fresh, weights: Object.fromEntries(weights) };
}

describe("images in files", () => {
  it("give predictions that a cache does not change, and without one leave nothing on disk", async () => {
    const { items, folder } = await noiseFiles(3);
    const model = withHead(formulaBackbone(), CLASSES, 0);
    const [cacheDir, home] = [join(folder, "cache"), join(folder, "home")];
    const cached = await predict(model, unlabeledImages(items, { cache: { dir: cacheDir, workers: 1 } }));
    expect(filesBelow(cacheDir)).toHaveLength(3);
    const before = filesBelow(folder);
    const known = process.env.ANTBEE_CACHE;
    process.env.ANTBEE_CACHE = home;
    try {
      const free = await predict(model, unlabeledImages(items, { cache: null }));
      expectClose(
        free.rows,
        cached.rows.map(({ p }) => p),
      );
      expect(defaultCache().dir.startsWith(home)).toBe(true);
    } finally {
      if (known === undefined) delete process.env.ANTBEE_CACHE;
      else process.env.ANTBEE_CACHE = known;
    }
    expect(filesBelow(folder)).toEqual(before);
  });

  it("are predicted as the whole network does, whatever has moved of it", async () => {
    const { items } = await noiseFiles(3);
    const images = labeledImages(items, { name: "noise", cache: null });
    const start = await ownModel();
    const trained = await train(start, { on: images, train: { from: "conv2" }, lr: 0.05, epochs: 2 });
    for (const model of [start, trained, adapted(start), adapted(trained)]) {
      const { dataset, classes, rows } = await predict(model, images);
      expect({ dataset, classes }).toEqual({ dataset: "noise", classes: CLASSES });
      expect(rows.map(({ id, split, label }) => ({ id, split, label }))).toEqual(
        items.map(({ id, split, label }) => ({ id, split, label })),
      );
      expectClose(rows, await Promise.all(items.map(({ path }) => directly(model, path))));
    }
    const { rows } = await predict(start, withoutLabels(images));
    expect(rows.map(({ label }) => label)).toEqual([null, null, null]);
  });

  it("compute each stage once a network, one after the other for what shares a beginning", async () => {
    const { items, folder } = await noiseFiles(3);
    const answers: Activations[] = [];
    const asked: string[] = [];
    const images = labeledImages(items, {
      cache: { dir: join(folder, "cache"), workers: 1 },
      onAnswer: (answer) => void answers.push(answer),
      progress: (stage) => () => void asked.push(stage),
    });
    const model = await ownModel();
    const part = subset(images, images.items.slice(0, 2));
    await predict(model, part);
    await predict(model, images);
    await pooledFeatures(model, withoutLabels(images));
    expect(answers.map(({ layer, computed }) => [layer, computed])).toEqual([["head", 3]]);
    expect(new Set(asked)).toEqual(new Set(["head"]));
    await train(model, { on: part, train: "head", lr: 0.1, epochs: 1 });
    expect(answers.slice(1).map(({ views, computed }) => [views, computed])).toEqual([[[1, 2, 3, 4], 12]]);
  });

  it("enter what a method has put in as they enter the head of the plain network", async () => {
    const { items, folder } = await noiseFiles(3);
    const cache = { dir: join(folder, "cache"), workers: 1 };
    const plain = await ownModel();
    const once = unlabeledImages(items, { cache });
    const known = await once.activations(plain, "head", "evaluation");
    const answers: Activations[] = [];
    const again = unlabeledImages(items, { cache, onAnswer: (answer) => void answers.push(answer) });
    const last = adapted(plain);
    for (const model of [adapted(plain), plain, last]) {
      const stage = model.network.at(-2)!.name === "adapter" ? "adapter" : "head";
      const found = await again.activations(model, stage, "evaluation");
      expect(found.layer).toBe(stage);
      for (const { id } of items) expect(found.get(id, 0)).toEqual(known.get(id, 0));
    }
    const behind = await again.activations(last, "head", "evaluation");
    expect(behind.get("0.png", 0)).not.toEqual(known.get("0.png", 0));
    expect(answers.map(({ computed, cached }) => [computed, cached])).toEqual([
      [0, 3],
      [3, 0],
    ]);
  });

  it("refuse a stage that the network has not, and are asked again after a failure", async () => {
    const { items } = await noiseFiles(1);
    const model = await ownModel();
    const images = unlabeledImages([{ ...items[0]!, path: `${items[0]!.path}.gone` }], { cache: null });
    const unknown = images.activations(model, "layer4", "evaluation");
    await expect(unknown).rejects.toMatchObject(fault(2, /^stage: expected one of conv1, .*"layer4"$/));
    await expect(predict(model, images)).rejects.toMatchObject(fault(2, /0\.png\.gone: expected a file/));
    await copyFile(items[0]!.path, `${items[0]!.path}.gone`);
    expect((await predict(model, images)).rows).toHaveLength(1);
  });
});

describe("an inspection", () => {
  it("is what predictions, features and heat maps are one by one", async () => {
    const { items } = await noiseFiles(3);
    const images = labeledImages(items, { name: "noise", cache: null });
    const start = await ownModel();
    const trained = await train(start, { on: images, train: "all", lr: 0.05, epochs: 1 });
    for (const model of [start, trained]) {
      const { predictions, features, heatMaps } = await inspect(model, images);
      const alone = await predict(model, images);
      expectClose(
        predictions.rows,
        alone.rows.map(({ p }) => p),
      );
      expect({ ...predictions, rows: [] }).toEqual({ ...alone, rows: [] });
      for (const [i, row] of (await pooledFeatures(model, images)).entries())
        row.forEach((v, k) => {
          expect(features[i]![k]).toBeCloseTo(v, 4);
        });
      expect(heatMaps.shape).toEqual([3, 8, 8]);
      const one = heatMapOf(heatMaps, 1);
      expect(one).toMatchObject({ width: 8, height: 8 });
      expect(one.data).toEqual(heatMaps.data.slice(64, 128));
      expect(heatMaps.data.some((v) => v > 0)).toBe(true);
    }
  });

  it("leaves no tensor", async () => {
    const { items } = await noiseFiles(3);
    const images = unlabeledImages(items, { cache: null });
    const model = await ownModel();
    const before = tf.memory().numTensors;
    await inspect(model, images);
    await predict(model, images);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe("a folder as a dataset", () => {
  it("has the labels of its class folders, unless they are not wanted", async () => {
    const dir = join(await temporaryFolder(), "insects");
    for (const id of ["train/ants/a.jpg", "train/bees/b.jpg", "val/bees/c.jpg"])
      await writeImage(join(dir, id), [90, 90, 90]);
    const train = await openDataset(dir, { split: "train" });
    expect(train).toMatchObject({ name: "insects", classes: CLASSES });
    expect(train.items.map(({ id, label }) => [id, label])).toEqual([
      ["train/ants/a.jpg", "ants"],
      ["train/bees/b.jpg", "bees"],
    ]);
    const blind = await openDataset(dir, { split: "train", labels: false, name: "unseen" });
    expect(blind.name).toBe("unseen");
    expect(blind.items.map(({ id }) => id)).toEqual(["train/ants/a.jpg", "train/bees/b.jpg"]);
    expect(JSON.stringify(blind)).not.toContain("label");
    expect("classes" in blind).toBe(false);
    const flat = await openDataset(join(dir, "train", "ants"), { labels: false });
    expect(flat.items).toHaveLength(1);
    expect(readdirSync(dir).sort()).toEqual(["train", "val"]);
  });
});

it("images of one stage may be some of others, under other labels", async () => {
  const images = pooled("x", 4, clouds);
  const swapped = images.items.map((item) => ({ ...item, label: item.label === "ants" ? "bees" : "ants" }));
  const some = subset(images, swapped.slice(1));
  expect(some.items.map(({ label }) => label)).toEqual(["ants", "bees", "ants"]);
  const { rows } = await predict(tinyModel(), some);
  expect(rows.map(({ p }) => p)).toEqual(
    (await predict(tinyModel(), imagesAt(images.items, examplesOf(images).activations))).rows
      .slice(1)
      .map(({ p }) => p),
  );
});
