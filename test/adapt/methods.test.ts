import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { useBackend } from "../../adapt/backend.js";
import { type MethodName, methods } from "../../adapt/methods/registry.js";
import { pseudoLabelled } from "../../adapt/methods/self-training.js";
import { type Model, withHead } from "../../adapt/model.js";
import { pooledFeatures, predict } from "../../adapt/predict.js";
import { TRACKS } from "../../src/shared/types.js";
import { accuracy, CLASSES, clouds, formulaBackbone, madeUp, type Recipe } from "./made-up.js";

const pooled = (name: string, count: number, recipe: Recipe) =>
  madeUp(name, count, "classifier", [1280], recipe);

/** Four narrow channels tell the classes apart; the rest is silence. */
const narrow =
  (scale: number, offset: number): Recipe =>
  (draw, sign, channel) =>
    channel < 4 ? offset + scale * (sign + 0.5 * draw()) : 0;

/** Tight clusters, turned so far that the source's boundary cuts off a part of one. */
const turned =
  (angle: number): Recipe =>
  (draw, sign, channel) => {
    const along = channel < 4 ? Math.cos(angle) : channel < 8 ? Math.sin(angle) : 0;
    return channel < 8 ? sign * along + 0.55 * draw() : 0;
  };

/** A shift that suits each method, from which it must win ten points; the source-only bound has none. */
const SHIFTS: Record<Exclude<MethodName, "source-only">, { source: Recipe; target: Recipe }> = {
  "feature-statistics": { source: narrow(1, 0), target: narrow(0.4, 2) },
  "self-training": { source: turned(0), target: turned(1.3) },
};

let start: Model;
beforeAll(async () => {
  await useBackend("wasm");
  start = withHead(formulaBackbone(), CLASSES, 0);
});

const train = (source: Recipe) =>
  methods["source-only"].run({ model: start, source: pooled("source", 200, source), seed: 0 });

describe.each(Object.entries(methods))("%s", (name, method) => {
  const input = () => {
    const { items, activations } = pooled("target", 40, clouds);
    const target = { items: items.map(({ id }) => ({ id })), activations };
    return { model: start, source: pooled("source", 60, clouds), target, seed: 0 };
  };

  it("says what it is", () => {
    expect(method.name).toBe(name);
    expect(TRACKS).toContain(method.track);
    expect(method.track === "unlabelled").toBe(method.needs.target === "images");
    expect(method.reference).not.toBe("");
  });

  it("leaks no tensor, leaves the backbone and its input still, and is a function of the seed", async () => {
    const given = input();
    const before = tf.memory().numTensors;
    const head = given.model.weights["classifier.1.weight"]!.data.slice();
    const adapted = await method.run(given);
    expect(tf.memory().numTensors).toBe(before);
    expect(given.model.weights["classifier.1.weight"]!.data).toEqual(head);
    for (const [key, weight] of Object.entries(adapted.weights))
      if (!key.startsWith("classifier.1")) expect(weight).toBe(start.weights[key]);
    expect(adapted.weights["classifier.1.weight"]!.data).not.toEqual(head);
    expect((await method.run(given)).weights["classifier.1.weight"]).toEqual(
      adapted.weights["classifier.1.weight"],
    );
  });
});

describe.each(Object.entries(SHIFTS))("%s, on a shift that suits it", (name, shift) => {
  it("beats source-only by ten points", async () => {
    const model = await train(shift.source);
    const truth = pooled("target", 200, shift.target);
    const target = { items: truth.items.map(({ id }) => ({ id })), activations: truth.activations };
    const source = pooled("source", 200, shift.source);
    const adapted = await methods[name as keyof typeof SHIFTS].run({ model, source, target, seed: 0 });
    const before = accuracy(predict(model, truth), truth);
    const after = accuracy(predict(adapted, truth), truth);
    expect(before).toBeGreaterThan(0.4);
    expect(after).toBeGreaterThan(before + 0.1);
  });
});

describe("feature statistics, folded into the head", () => {
  it("give the logits of aligned features", async () => {
    const [source, target] = [pooled("source", 30, narrow(1, 0)), pooled("target", 30, narrow(0.5, 1))];
    const adapted = await methods["feature-statistics"].run({ model: start, source, target, seed: 0 });
    const moments = (rows: Float32Array[], k: number) => {
      const mean = rows.reduce((s, r) => s + r[k]!, 0) / rows.length;
      return { mean, std: Math.sqrt(rows.reduce((s, r) => s + (r[k]! - mean) ** 2, 0) / rows.length + 1e-5) };
    };
    const [s, t] = [pooledFeatures(start, source), pooledFeatures(start, target)];
    const aligned = t.map((row) =>
      row.map(
        (v, k) => ((v - moments(t, k).mean) / moments(t, k).std) * moments(s, k).std + moments(s, k).mean,
      ),
    );
    const get = (id: string) => aligned[Number(id.split("/")[1])]!;
    const slow = predict(start, { items: target.items, activations: { ...target.activations, get } });
    predict(adapted, target).forEach(({ p }, i) => {
      expect(p[0]).toBeCloseTo(slow[i]!.p[0]!, 4);
    });
  });
});

describe("pseudo-labels", () => {
  it("are equally many a class, of the surest images, even where one class is hardly ever predicted", async () => {
    const model = await train(clouds);
    const lopsided: Recipe = (draw, sign, channel) => clouds(draw, sign, channel) + (channel < 8 ? 1.5 : 0);
    const target = pooled("target", 100, lopsided);
    const { items } = pseudoLabelled(model, target, 0.4);
    expect(items.filter((i) => i.label === "ants")).toHaveLength(20);
    expect(items.filter((i) => i.label === "bees")).toHaveLength(20);
    const rows = predict(model, target);
    const surest = [...rows].sort((a, b) => b.p[1]! - a.p[1]!).slice(0, 20);
    expect(
      items
        .filter((i) => i.label === "bees")
        .map((i) => i.id)
        .sort(),
    ).toEqual(surest.map((r) => r.id).sort());
  });
});
