import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, readFile, stat, truncate } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { type Model, withHead } from "../../adapt/backbones/model.js";
import { useBackend } from "../../adapt/backend/backend.js";
import { randomResizedCrop } from "../../adapt/images/augmentation.js";
import { type ImageOptions, labeledImages } from "../../adapt/images/images.js";
import type { Weights } from "../../adapt/layers/parameters.js";
import { highestValAccuracy } from "../../adapt/training/criteria.js";
import type { EpochRecord } from "../../adapt/training/history.js";
import { constant, cosine, discriminative, shaped } from "../../adapt/training/schedule.js";
import { train } from "../../adapt/training/train.js";
import type { TrainOptions } from "../../adapt/training/train-options.js";
import { readSafetensors, writeSafetensors } from "../../adapt/weights/safetensors.js";
import { fault, temporaryFolder } from "../support.js";
import { noiseFiles, ownBackbone } from "./files.js";
import { CLASSES, clouds } from "./made-up.js";
import { darkened } from "./own-augmentation.js";
import { adversarial, EPOCHS, trainForResume } from "./resume-training.js";
import { maps, tinyModel } from "./tiny.js";

beforeAll(() => useBackend("wasm"));

const CHILD = fileURLToPath(new URL("resume-child.ts", import.meta.url));

/** Trains in a child process and kills it as soon as it has told so many epochs. */
function trainAndKill(state: string, after: number): Promise<string> {
  const child = spawn(process.execPath, ["--import", import.meta.resolve("tsx"), CHILD, state]);
  let told = "";
  child.stdout.on("data", (chunk) => {
    told += chunk;
    if (told.includes(`epoch ${after}\n`)) child.kill("SIGKILL");
  });
  let trouble = "";
  child.stderr.on("data", (chunk) => {
    trouble += chunk;
  });
  return new Promise((resolve, reject) =>
    child.on("close", (_code, signal) => (signal === "SIGKILL" ? resolve(told) : reject(new Error(trouble)))),
  );
}

describe("a phase whose process is killed", () => {
  it("goes on where it was, and ends with the same history, choice and weights", async () => {
    const folder = await temporaryFolder();
    const state = join(folder, "phase.safetensors");
    await trainAndKill(state, 2);
    const told = await trainAndKill(state, 5);
    expect(told).toMatch(/^epoch [23]\n/);
    const rest: number[] = [];
    const resumed = await trainForResume(state, (epoch) => rest.push(epoch));
    expect(rest[0]).toBeGreaterThanOrEqual(5);
    expect(rest.at(-1)).toBe(EPOCHS);
    const whole = await trainForResume(undefined);
    expect(resumed.history).toEqual(whole.history);
    expect(resumed.epoch).toBe(whole.epoch);
    expect(resumed.weights).toEqual(whole.weights);
    // A kill in the middle of a write leaves its temporary, but nothing else and nothing under the final name.
    const others = (await readdir(folder)).filter((name) => !/^\.phase\.safetensors\..*\.tmp$/.test(name));
    expect(others).toEqual(["phase.safetensors"]);
  }, 120_000);

  it("is over at once where it was finished", async () => {
    const state = join(await temporaryFolder(), "phase.safetensors");
    const first = await trainForResume(state);
    const told: number[] = [];
    const again = await trainForResume(state, (epoch) => told.push(epoch));
    expect(told).toEqual([]);
    expect(again.history).toEqual(first.history);
    expect(again.weights).toEqual(first.weights);
  });
});

describe("a phase's state", () => {
  it("of another phase is passed over", async () => {
    const state = join(await temporaryFolder(), "phase.safetensors");
    await writeSafetensors(state, {}, { kind: "antbee-phase-1", key: "another" });
    const { history } = await trainForResume(state);
    expect(history).toHaveLength(EPOCHS);
    expect((await readSafetensors(state)).metadata.key).not.toBe("another");
  });

  it.each([
    ["schedule", { schedule: constant(0.05) }],
    ["rate", { schedule: shaped(discriminative(0.04, 0.5), cosine) }],
    ["L2-SP", { l2sp: { alpha: 0.02, beta: 0.01 } }],
    ["start that it is pulled to", {}, tinyModel(1).weights],
    ["seed", { seed: 1 }],
    ["batch", { batch: 7 }],
    ["choice of parameters", { trains: (name: string) => name.startsWith("classifier") }],
    ["criterion", { select: highestValAccuracy }],
    ["objective", { objective: adversarial(0.6) }],
    ["rate of the objective's own parameters", { lr: 0.04 }],
    ["validation", { validation: maps("val", 18, clouds) }],
  ] satisfies [string, Partial<TrainOptions>, Weights?][])(
    "of a phase with another %s is passed over",
    async (_what, changes, pretrained?) => {
      const state = join(await temporaryFolder(), "phase.safetensors");
      const told: number[] = [];
      const tell = (epoch: number) => void told.push(epoch);
      await trainForResume(state, tell);
      await trainForResume(state, tell, changes, pretrained);
      expect(told).toHaveLength(2 * EPOCHS);
      await trainForResume(state, tell, changes, pretrained); // it has a key of its own all the same
      expect(told).toHaveLength(2 * EPOCHS);
    },
  );

  it.each([
    ["an objective without a key", (weight: number) => ({ objective: adversarial(weight, null) })],
    [
      "a criterion of one's own",
      (weight: number) => ({ select: (h: readonly EpochRecord[]) => (weight > 0 ? h.length : 0) }),
    ],
  ])("is neither written nor read under %s", async (_what, changes) => {
    const state = join(await temporaryFolder(), "phase.safetensors");
    const told: number[] = [];
    const tell = (epoch: number) => void told.push(epoch);
    for (const weight of [0.5, 0.6]) await trainForResume(state, tell, changes(weight));
    expect(told).toHaveLength(2 * EPOCHS);
    expect(existsSync(state)).toBe(false);
    await trainForResume(state, tell);
    const before = await readFile(state);
    await trainForResume(state, tell, changes(0.5));
    expect(told).toHaveLength(4 * EPOCHS);
    expect((await readFile(state)).equals(before)).toBe(true);
  });

  it.each([
    ["augmentation", { augmentation: { ...darkened, views: 4 } }, {}],
    ["number of training views", { augmentation: randomResizedCrop(2) }, {}],
    ["beginning of the network", {}, { "conv1.weight": 0.9 }],
  ])("of images seen through another %s is passed over", async (_what, images, scales) => {
    const { items, folder } = await noiseFiles(8);
    const start = withHead(await ownBackbone(), CLASSES, 0);
    const moved = Object.entries(scales).map(([name, by]) => {
      const { shape, data } = start.weights[name]!;
      return [name, { shape, data: data.map((v) => v * by) }] as const;
    });
    const other = { ...start, weights: { ...start.weights, ...Object.fromEntries(moved) } };
    let told = 0;
    const run = (model: Model, options: ImageOptions) =>
      train(model, {
        on: labeledImages(items, { ...options, cache: null }),
        train: { from: "conv2" },
        lr: 0.01,
        epochs: 2,
        resume: join(folder, "phase.safetensors"),
        onEpoch: () => void told++,
      });
    const expected = [
      [start, {}, 2],
      [start, {}, 2],
      [other, images, 4],
      [other, images, 4],
    ] as const;
    for (const [model, options, epochs] of expected) {
      await run(model, options);
      expect(told).toBe(epochs);
    }
  });

  it("that is damaged is named, and leaves no tensor", async () => {
    const state = join(await temporaryFolder(), "phase.safetensors");
    await trainForResume(state);
    await truncate(state, (await stat(state)).size - 10);
    const before = tf.memory().numTensors;
    await expect(trainForResume(state)).rejects.toMatchObject(fault(2, /phase\.safetensors.*cut short/));
    expect(tf.memory().numTensors).toBe(before);
  });
});
