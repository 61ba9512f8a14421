import { copyFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { type Backbone, loadBackbone } from "../../adapt/backbones/load.js";
import { useBackend } from "../../adapt/backend/backend.js";
import { forward, parametersOf } from "../../adapt/layers/network.js";
import { toParams } from "../../adapt/layers/parameters.js";
import { fault, temporaryFolder } from "../support.js";

describe("the backbone inside @mediapipe/objectron", () => {
  let backbone: Backbone;
  beforeAll(async () => {
    await useBackend();
    backbone = await loadBackbone("objectron_mobilenet_v2");
  });

  it("is a whole MobileNetV2 without a classifier", () => {
    expect(Object.keys(backbone.weights)).toHaveLength(260);
    expect(backbone.card.classes).toBeNull();
    expect(Object.values(backbone.weights).every(({ data }) => data.every(Number.isFinite))).toBe(true);
  });

  it("has smooth, direction-selective first filters, as trained networks have: the axes are in order", () => {
    const { data } = backbone.weights["features.0.0.weight"]!;
    const likeness = (shift: number) => {
      let sum = 0;
      for (let i = 0; i + shift < data.length; i++) sum += data[i]! * data[i + shift]!;
      return sum / data.reduce((energy, v) => energy + v * v, 0);
    };
    expect(likeness(9)).toBeGreaterThan(0.2); // the same tap of the next colour
    expect(likeness(9)).toBeGreaterThan(likeness(4));
  });

  it("answers differently to different inputs, within ReLU6's range", () => {
    const params = toParams(backbone.weights, parametersOf(backbone.network, { to: "pool" }));
    const images = tf.concat([
      tf.zeros([1, 96, 96, 3]),
      tf.randomUniform([1, 96, 96, 3], -1, 1, "float32", 7),
    ]);
    const [a, b] = tf.split(forward(backbone.network, params, images, { to: "classifier" }), 2);
    expect(a!.shape).toEqual([1, 1280]);
    expect(tf.max(tf.abs(tf.sub(a!, b!))).dataSync()[0]).toBeGreaterThan(0.1);
    expect(tf.max(tf.concat([a!, b!])).dataSync()[0]).toBeLessThanOrEqual(6);
    expect(tf.min(tf.concat([a!, b!])).dataSync()[0]).toBeGreaterThanOrEqual(0);
  });

  it("is refused when cut short, or when the package holds something else", async () => {
    const folder = await temporaryFolder();
    const copy = join(folder, "assets.data");
    await copyFile(backbone.path, copy);
    const whole = await readFile(copy);
    await writeFile(copy, whole.subarray(0, 5_000_000));
    const load = () => loadBackbone("objectron_mobilenet_v2", { path: copy });
    await expect(load()).rejects.toMatchObject(fault(2, /a file cut short at byte 5000000/));
    await writeFile(copy, Buffer.alloc(whole.length));
    await expect(load()).rejects.toMatchObject(fault(2, /a TensorFlow Lite model/));
    const damaged = Buffer.from(whole);
    damaged.fill(0xff, 184 + 64, 184 + 4096);
    await writeFile(copy, damaged);
    await expect(load()).rejects.toMatchObject({ exitCode: 2 });
  });
});
