import { readdirSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { type Backbone, loadBackbone } from "../../adapt/backbones/load.js";
import { useBackend } from "../../adapt/backend/backend.js";
import { type ActivationOptions, activations } from "../../adapt/images/activations.js";
import { prefixFile } from "../../adapt/images/prefix-file.js";
import { forward, parametersOf } from "../../adapt/layers/network.js";
import { toParams } from "../../adapt/layers/parameters.js";
import { readSafetensors } from "../../adapt/weights/safetensors.js";
import { decodeImage, networkInput } from "../../src/shared/image.js";
import { idleWorkers } from "../../src/shared/warm-pool.js";
import { fault, temporaryFolder } from "../support.js";
import { noise } from "./formula.js";

let backbone: Backbone;
beforeAll(async () => {
  await useBackend();
  backbone = await loadBackbone("objectron_mobilenet_v2");
});

/** Small noise images with each its own pixels. */
async function images(count: number) {
  const folder = await temporaryFolder();
  const items = Array.from({ length: count }, (_, i) => ({
    id: `${i}.png`,
    path: join(folder, `${i}.png`),
    split: "all",
  }));
  for (const { id, path } of items) {
    const data = Buffer.from(noise(id, 40 * 30 * 3).map((v) => 127 + 127 * v));
    await sharp(data, { raw: { width: 40, height: 30, channels: 3 } })
      .png()
      .toFile(path);
  }
  const dir = join(folder, "cache");
  const options: ActivationOptions = {
    network: { ...backbone, pretrained: backbone },
    layer: "classifier",
    views: [0],
    cache: { dir, workers: 1 },
  };
  return { items, options, dir };
}

/** The backbone with one of its vectors moved. */
function shifted(name: string): ActivationOptions["network"] {
  const { shape, data } = backbone.weights[name]!;
  const weights = { ...backbone.weights, [name]: { shape, data: data.map((v) => v + 1) } };
  return { ...backbone, weights, pretrained: backbone };
}

const idleProcesses = () =>
  idleWorkers(new URL("../../adapt/images/", import.meta.url).href, "prefix-worker", 2);

/** `toEqual` takes seconds for a large map. */
const sameBytes = (a: Float32Array, b: Float32Array) =>
  Buffer.compare(
    Buffer.from(a.buffer, a.byteOffset, a.byteLength),
    Buffer.from(b.buffer, b.byteOffset, b.byteLength),
  ) === 0;

const files = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((e) => e.isFile())
    .map((e) => join(e.parentPath, e.name));

/** Views of 64 images that are worth two processes; TensorFlow's engine, which has threads itself, asks for more. */
const ENOUGH = Array.from(
  { length: process.env.ANTBEE_BACKEND === "tensorflow" ? 13 : 2 },
  (_, view) => view,
);

describe("activations", () => {
  it("are what the network gives, for each view, and are computed once", async () => {
    const { items, options } = await images(3);
    const progress: number[] = [];
    const both = { ...options, views: [0, 2], onProgress: (done: number) => void progress.push(done) };
    const first = await activations(items, both);
    expect(first).toMatchObject({ computed: 6, cached: 0, shape: [1280], layer: "classifier" });
    expect(progress.at(-1)).toBe(6);
    const params = toParams(backbone.weights, parametersOf(backbone.network, { to: "classifier" }));
    const image = await decodeImage(items[1]!.path);
    for (const view of [0, 2]) {
      const x = tf.tensor4d(await networkInput(image, backbone.card.preprocessing, view), [1, 224, 224, 3]);
      const direct = forward(backbone.network, params, x, { to: "classifier" }).dataSync();
      const got = first.get(items[1]!.id, view);
      got.forEach((v, i) => {
        expect(Math.abs(v - direct[i]!)).toBeLessThan(1e-4);
      });
    }
    const again = await activations(items, both);
    expect(again).toMatchObject({ computed: 0, cached: 6 });
    expect(again.get("2.png", 2)).toEqual(first.get("2.png", 2));
  });

  it("of a later layer are computed from an earlier one, to the same values", async () => {
    const { items, options, dir } = await images(2);
    const direct = await activations(items, options);
    const elsewhere = { ...options, cache: { dir: `${dir}-2`, workers: 1 } };
    await activations(items, { ...elsewhere, layer: "features.17" });
    writeFileSync(items[0]!.path, Buffer.concat([await sharp(items[0]!.path).png().toBuffer()])); // same bytes, same key
    const staged = await activations(items, elsewhere);
    expect(staged.computed).toBe(2);
    for (const { id } of items)
      staged.get(id, 0).forEach((v, i) => {
        expect(Math.abs(v - direct.get(id, 0)[i]!)).toBeLessThan(1e-4);
      });
  });

  it("that were cut short or damaged on disk are computed again, not trusted", async () => {
    const { items, options, dir } = await images(3);
    const before = await activations(items, options);
    const [a, b] = files(dir);
    truncateSync(a!, statSync(a!).size - 100);
    const damaged = Buffer.alloc(statSync(b!).size, 1);
    writeFileSync(b!, damaged);
    const after = await activations(items, options);
    expect(after).toMatchObject({ computed: 2, cached: 1 });
    for (const { id } of items) expect(after.get(id, 0)).toEqual(before.get(id, 0));
    expect(files(dir)).toHaveLength(3);
  });

  it("are shared by equal images, and are another's for other weights before the layer", async () => {
    const { items, options, dir } = await images(1);
    const twice = [...items, { ...items[0]!, id: "again.png" }];
    const found = await activations(twice, options);
    expect(found.get("again.png", 0)).toEqual(found.get("0.png", 0));
    expect(files(dir)).toHaveLength(1);
    const other = { ...options, network: shifted("features.18.1.bias") };
    const moved = await activations(items, other);
    expect(moved.computed).toBe(1);
    expect(moved.get("0.png", 0)).not.toEqual(found.get("0.png", 0));
    expect(await activations(items, other)).toMatchObject({ computed: 0, cached: 1 });
    expect(await activations(items, { ...other, layer: "features.4" })).toMatchObject({ computed: 1 });
    const before = { ...options, layer: "features.4" };
    expect(await activations(items, before)).toMatchObject({ computed: 0, cached: 1 });
  });

  it("of moved weights are the same from processes, which read them from a file of their own", async () => {
    const { items, options, dir } = await images(64);
    const network = shifted("features.0.1.bias");
    const early = { ...options, layer: "features.4", views: ENOUGH };
    const alone = await activations(items, { ...early, network });
    const cache = { dir: `${dir}-2`, workers: 2 };
    const spread = await activations(items, { ...early, network, cache });
    expect(idleProcesses()).toBe(2);
    expect(spread.computed).toBe(64 * ENOUGH.length);
    const unmoved = await activations(items.slice(0, 1), early);
    for (const { id } of items) expect(sameBytes(spread.get(id, 1), alone.get(id, 1)), id).toBe(true);
    expect(sameBytes(spread.get("0.png", 0), unmoved.get("0.png", 0))).toBe(false);
  });

  it("have processes read the pretrained file as long as nothing before the layer has moved", async () => {
    const network = shifted("features.18.1.bias");
    expect(await prefixFile(network, "features.18")).toBe(backbone.path);
    const own = await prefixFile(network, "classifier");
    expect(own).not.toBe(backbone.path);
    expect(await prefixFile(network, "classifier")).toBe(own);
    const { weights } = await readSafetensors(own);
    expect(weights["features.18.1.bias"]!.data).toEqual(network.weights["features.18.1.bias"]!.data);
    expect(weights["features.0.0.weight"]!.data).toEqual(backbone.weights["features.0.0.weight"]!.data);
  });

  it("of a file that is no whole image end in one sentence that names it; the others are kept", async () => {
    const { items, options } = await images(18);
    writeFileSync(items[17]!.path, "not an image");
    const run = activations(items, { ...options, layer: "features.2" });
    await expect(run).rejects.toMatchObject(fault(2, /17\.png: expected a whole JPEG or PNG image/));
    const whole = await activations(items.slice(0, 16), { ...options, layer: "features.2" });
    expect(whole).toMatchObject({ computed: 0, cached: 16 });
  });

  it("are kept where an image is found damaged while those before it run", async () => {
    const { items, options } = await images(18);
    writeFileSync(items[17]!.path, "not an image");
    const deep = { ...options, layer: "features.18" };
    await expect(activations(items, deep)).rejects.toMatchObject(fault(2, /17\.png: expected a whole/));
    const whole = await activations(items.slice(0, 16), deep);
    expect(whole).toMatchObject({ computed: 0, cached: 16 });
  });

  it("spread over processes, and their errors come back whole", async () => {
    const { items, options, dir } = await images(64);
    const spread = { ...options, layer: "features.5", views: [0, 1], cache: { dir, workers: 2 } };
    const alone = await activations(items.slice(0, 1), {
      ...spread,
      cache: { dir: `${dir}-2`, workers: 1 },
    });
    const found = await activations(items, spread);
    expect(found.computed).toBe(128);
    expect(found.get("0.png", 1)).toEqual(alone.get("0.png", 1));
    writeFileSync(items[3]!.path, "not an image");
    const run = activations(items, { ...spread, views: [2, 3] });
    await expect(run).rejects.toMatchObject(fault(2, /3\.png: expected a whole/));
  });

  it("of few images come from the processes of the call before, whatever its layer", async () => {
    const { items, options, dir } = await images(64);
    const cache = { dir, workers: 2 };
    await activations(items, { ...options, layer: "features.2", views: ENOUGH, cache });
    expect(idleProcesses()).toBe(2);
    const few = items.slice(0, 2);
    const lent: number[] = [];
    const onProgress = () => void lent.push(2 - idleProcesses());
    const found = await activations(few, {
      ...options,
      cache: { ...cache, dir: `${dir}-2` },
      onProgress,
    });
    expect(lent).toEqual([2]);
    expect(idleProcesses()).toBe(2);
    const alone = await activations(few, options);
    for (const { id } of few)
      found.get(id, 0).forEach((v, i) => {
        expect(Math.abs(v - alone.get(id, 0)[i]!)).toBeLessThan(1e-4);
      });
  });

  it("leave no tensor behind, and refuse a layer that is no stage", async () => {
    const { items, options } = await images(1);
    const before = tf.memory().numTensors;
    await activations(items, options);
    expect(tf.memory().numTensors).toBe(before);
    await expect(activations(items, { ...options, layer: "layer4" })).rejects.toMatchObject({ exitCode: 2 });
  });
});
