import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { withHead } from "../../adapt/backbones/model.js";
import { useBackend } from "../../adapt/backend/backend.js";
import { imagesAt } from "../../adapt/images/images.js";
import { featureRows, predict, predictionRows } from "../../adapt/inference/predict.js";
import type { Weights } from "../../adapt/layers/parameters.js";
import { highestValAccuracy, lowestValLoss } from "../../adapt/training/criteria.js";
import { type Phase, splitStage } from "../../adapt/training/phase.js";
import type { Schedule } from "../../adapt/training/schedule.js";
import { Diverged, train } from "../../adapt/training/train.js";
import { fault } from "../support.js";
import { accuracy, CLASSES, clouds, examplesOf, formulaBackbone, knownBy, madeUp } from "./made-up.js";
import { maps as tinyMaps, tinyModel } from "./tiny.js";

const HEAD: Phase = { train: "head", lr: 1e-2, epochs: 4 };
const LAST: Phase = { train: { from: "features.18" }, lr: 1e-3, epochs: 3 };

const backbone = formulaBackbone();
const model = withHead(backbone, CLASSES, 0);
const pooled = (name: string, count: number, views = [0]) =>
  madeUp(name, count, "classifier", [1280], clouds, views);
const maps = (name: string, count: number) => madeUp(name, count, "features.18", [2, 2, 320], clouds);

beforeAll(() => useBackend());

/** The names whose bytes differ. */
const moved = (a: Weights, b: Weights) =>
  Object.keys(a).filter((name) =>
    Buffer.compare(Buffer.from(a[name]!.data.buffer), Buffer.from(b[name]!.data.buffer)),
  );

describe("training a head", () => {
  it("learns, and tells each epoch's losses and accuracies", async () => {
    const [on, validation] = [pooled("train", 120), pooled("val", 60)];
    const trained = await train(model, { ...HEAD, on, validation, seed: 0 });
    const { history } = trained;
    expect(history.map((r) => r.epoch)).toEqual([1, 2, 3, 4]);
    expect(history.at(-1)!.trainLoss).toBeLessThan(history[0]!.trainLoss);
    expect(history.at(-1)!.trainAccuracy).toBeGreaterThan(0.95);
    const predictions = await predict(trained, validation);
    const { rows } = predictions;
    expect(accuracy(predictions, validation)).toBe(history.at(-1)!.valAccuracy);
    for (const { p } of rows) expect(p[0]! + p[1]!).toBeCloseTo(1, 12);
    const nll = rows.reduce((sum, { p }, i) => sum - Math.log(p[i % 2]!), 0) / rows.length;
    expect(history.at(-1)!.valLoss).toBeCloseTo(nll, 4);
  });

  it("moves the head alone, byte for byte", async () => {
    const trained = await train(model, { ...HEAD, on: pooled("train", 24), seed: 0 });
    expect(moved(model.weights, trained.weights).sort()).toEqual([
      "classifier.1.bias",
      "classifier.1.weight",
    ]);
  });

  it("is a function of the seed, and 0 is a seed like any other", async () => {
    const run = async (seed: number) =>
      (await train(model, { ...HEAD, on: pooled("train", 40, [0, 1, 2]), seed })).history;
    expect(await run(0)).toEqual(await run(0));
    expect(await run(0)).not.toEqual(await run(1));
  });

  it("draws training views where there are any, another draw each epoch, and each of them", async () => {
    const data = pooled("train", 30, [0, 1, 2, 3]);
    const seen: string[] = [];
    const watched = knownBy(data, {
      get: (id, view) => {
        seen.push(`${id}@${view}`);
        return data.known.get(id, view);
      },
    });
    await train(model, { ...HEAD, on: watched, epochs: 2, seed: 3 });
    const [first, second] = [seen.slice(0, 30).sort(), seen.slice(30).sort()];
    expect(new Set(first.map((s) => s.split("@")[0])).size).toBe(30);
    expect(new Set(seen.map((s) => s.split("@")[1]))).toEqual(new Set(["1", "2", "3"]));
    expect(first).not.toEqual(second);
  });

  it("restores the epoch that the criterion chooses", async () => {
    const [on, validation] = [pooled("train", 40), pooled("val", 30)];
    const snapshots: Weights[] = [];
    const trained = await train(model, {
      ...HEAD,
      on,
      validation,
      lr: 0.3,
      epochs: 8,
      seed: 0,
      select: lowestValLoss,
      onEpoch: (_record, weights) => void snapshots.push(weights()),
    });
    const { epoch, history } = trained;
    const losses = history.map((r) => r.valLoss!);
    expect(epoch).toBe(losses.indexOf(Math.min(...losses)) + 1);
    expect(trained.weights).toEqual(snapshots[epoch - 1]);
    expect(highestValAccuracy(history)).toBeLessThanOrEqual(8);
  });

  it("stops early where it is told to", async () => {
    const stop = (history: readonly unknown[]) => history.length === 2;
    const { history } = await train(model, { ...HEAD, on: pooled("train", 16), seed: 0, stop });
    expect(history).toHaveLength(2);
  });

  it("that diverges ends with one sentence and keeps the last good weights", async () => {
    const schedule: Schedule = ({ epoch }, stages) =>
      Object.fromEntries(stages.map((s) => [s, epoch < 2 ? 1e-2 : 1e38]));
    const run = train(model, { ...HEAD, on: pooled("train", 24), epochs: 5, schedule, seed: 0 });
    const error = (await run.catch((e) => e)) as Diverged;
    expect(error).toBeInstanceOf(Diverged);
    expect(error.message).toMatch(/^training: diverged in epoch 3 .*the weights of epoch 2 are kept/);
    expect(error.lastGood.history).toHaveLength(2);
    expect(error.lastGood.weights["classifier.1.weight"]!.data.every(Number.isFinite)).toBe(true);
  });

  it("refuses a label that is no class", async () => {
    const data = pooled("train", 2);
    const strange = { ...data, items: [{ ...data.items[0]!, label: "wasps" }] };
    const run = train(model, { ...HEAD, on: strange, seed: 0 });
    await expect(run).rejects.toMatchObject(
      fault(2, /train\/0: expected a label out of ants, bees, found "wasps"/),
    );
  });
});

describe("training from a stage on", () => {
  it("lowers the loss and moves that stage and the head alone; BatchNorm's statistics stay", async () => {
    const trained = await train(model, { ...LAST, on: maps("train", 32), seed: 0 });
    const { history } = trained;
    expect(history.at(-1)!.trainLoss).toBeLessThan(history[0]!.trainLoss);
    const names = [
      "classifier.1.bias",
      "classifier.1.weight",
      "features.18.0.weight",
      "features.18.1.bias",
      "features.18.1.weight",
    ];
    expect(moved(model.weights, trained.weights).sort()).toEqual(names);
  });

  it("works from any stage, depthwise filters included", async () => {
    const on = madeUp("train", 8, "features.16", [3, 3, 160], clouds);
    const phase: Phase = { train: { from: "features.16" }, lr: 1e-3, epochs: 8 };
    const trained = await train(model, { ...phase, on, seed: 0 });
    const { history } = trained;
    expect(history.at(-1)!.trainLoss).toBeLessThan(history[0]!.trainLoss);
    expect(moved(model.weights, trained.weights)).toContain("features.16.conv.1.0.weight");
    expect(moved(model.weights, trained.weights).some((name) => name.startsWith("features.15"))).toBe(false);
  });

  it("leaves a stage that the schedule gives no rate byte for byte", async () => {
    const schedule: Schedule = () => ({ classifier: 1e-3 });
    const trained = await train(model, { ...LAST, on: maps("t", 8), schedule, seed: 0 });
    expect(moved(model.weights, trained.weights).sort()).toEqual([
      "classifier.1.bias",
      "classifier.1.weight",
    ]);
  });
});

describe("L2-SP", () => {
  it("keeps the backbone near the pretrained weights, and the head near zero", async () => {
    const on = maps("train", 16);
    const distance = async (alpha: number, beta: number) => {
      const phase: Phase = { ...LAST, lr: 1e-2, epochs: 20, l2sp: { alpha, beta } };
      const { weights } = await train(model, { ...phase, on, seed: 0 });
      const from = (name: string, origin?: Float32Array) =>
        Math.sqrt(weights[name]!.data.reduce((sum, v, i) => sum + (v - (origin?.[i] ?? 0)) ** 2, 0));
      const conv = "features.18.0.weight";
      return [from(conv, model.weights[conv]!.data), from("classifier.1.weight")] as const;
    };
    const [free, held] = [await distance(0, 0), await distance(5, 5)];
    expect(held[0]).toBeLessThan(free[0] / 2);
    expect(held[1]).toBeLessThan(free[1]);
  });
});

describe("a BatchNorm in training", () => {
  const symmetric = tinyModel();
  const on = tinyMaps("train", 24, clouds);
  const phase: Phase = { train: { from: "features" }, lr: 1e-2, epochs: 3, batchNorm: "training" };

  it("moves its statistics, and leaks no tensor", async () => {
    const before = tf.memory().numTensors;
    const trained = await train(symmetric, { ...phase, on, seed: 0 });
    expect(tf.memory().numTensors).toBe(before);
    expect(moved(symmetric.weights, trained.weights)).toContain("features.1.running_var");
  });

  it("is refused where it is folded", async () => {
    const run = train(model, { ...LAST, on: maps("t", 4), batchNorm: "training", seed: 0 });
    await expect(run).rejects.toMatchObject(fault(2, /batchNorm: expected "frozen"/));
  });
});

it("leaks no tensor over 100 steps, predictions included", async () => {
  const data = maps("train", 8);
  const before = tf.memory().numTensors;
  const phase: Phase = { ...LAST, epochs: 50, batch: 4, optimizer: { name: "adamw" } };
  const trained = await train(model, { ...phase, on: data, validation: data, seed: 0 });
  await predict(trained, data);
  expect(tf.memory().numTensors).toBe(before);
});

it("splits at the pooled features for a head, at the first stage for everything, else at the stage", () => {
  expect(splitStage(HEAD, model.card)).toBe("classifier");
  expect(splitStage({ train: "all" }, model.card)).toBe("features.0");
  expect(splitStage(LAST, model.card)).toBe("features.18");
});

it("refuses a stage's bare name, and a stage that is none", async () => {
  const on = maps("t", 4);
  const bare = train(model, { ...LAST, on, train: "features.18" as never });
  await expect(bare).rejects.toMatchObject(
    fault(2, /^train: expected "head", "all" or \{ from: "a stage" \}, found "features\.18"$/),
  );
  const unknown = train(model, { ...LAST, on, train: { from: "layer4" } });
  await expect(unknown).rejects.toMatchObject(fault(2, /^stage: expected one of .*found "layer4"$/));
});

it("is seeded by 0 where no seed is given", async () => {
  const on = pooled("train", 24, [0, 1, 2]);
  const [left, zero] = [await train(model, { ...HEAD, on }), await train(model, { ...HEAD, on, seed: 0 })];
  expect(left.history).toEqual(zero.history);
});

it("pooled features are what enters the head", async () => {
  const examples = examplesOf(maps("x", 3));
  const rows = featureRows(model, examples);
  const get = (id: string) => rows[Number(id.split("/")[1])]!;
  const known = { layer: "classifier", shape: [1280], views: [0], get };
  const a = predictionRows(model, examples);
  const b = (await predict(model, imagesAt(examples.items, known))).rows;
  expect(a.map((row) => row.p[0]!.toFixed(4))).toEqual(b.map((row) => row.p[0]!.toFixed(4)));
});

it("refuses an option that it does not know", async () => {
  const options = { ...HEAD, on: pooled("images", 8), epoch: 3 };
  await expect(train(model, options)).rejects.toMatchObject(
    fault(2, /train: expected options among on, .*, found epoch$/),
  );
});
