/** What running a method through `adapt` promises, whatever the method. */
import { beforeAll, describe, expect, it } from "vitest";
import { type Model, withHead } from "../../adapt/backbones/model.js";
import { useBackend } from "../../adapt/backend/backend.js";
import { adapt, type Validator } from "../../adapt/methods/adapt.js";
import { dann, entropyMinimisation, fewShot, mcc, selfTraining, tent } from "../../adapt/methods/index.js";
import type { LabelledInput, Method, SourceInput } from "../../adapt/methods/method.js";
import { fault } from "../support.js";
import { clouds, formulaBackbone } from "./made-up.js";
import { maps, pooled, tinyModel, unlabelled } from "./tiny.js";

beforeAll(() => useBackend());

const source = pooled("source", 24, clouds);
const target = pooled("target", 20, clouds);

/** A model whose head's bias towards bees is so large. */
function leaning(by: number): Model {
  const model = tinyModel();
  const bias = { shape: [2], data: Float32Array.of(0, by) };
  return { ...model, weights: { ...model.weights, "classifier.bias": bias } };
}

const LEANINGS = [0, 2, 8, 8, 4];

/** A method of one's own that has these checkpoints, and ends with the last one's successor. */
const wandering: Method = {
  name: "wandering",
  track: "unlabelled",
  needs: { source: "labels", target: "images" },
  reference: "none",
  run: async ({ onCheckpoint }) => {
    for (const by of LEANINGS) await onCheckpoint?.(leaning(by));
    return leaning(-1);
  },
};

/** How many images are taken for bees, in tenths of an image, so that equals are equal. */
const bees: Validator = ({ rows }) => Math.round(10 * rows.reduce((sum, { p }) => sum + p[1]!, 0));
const biasOf = ({ weights }: Model) => weights["classifier.bias"]!.data[1];

describe("adapt", () => {
  it("ends with the method's last model where nothing chooses, and tells each checkpoint", async () => {
    const told: (number | undefined)[] = [];
    const onCheckpoint = (model: Model) => void told.push(biasOf(model));
    const end = await adapt(tinyModel(), wandering, { source, target, onCheckpoint });
    expect(biasOf(end)).toBe(-1);
    expect(told).toEqual(LEANINGS);
  });

  it("chooses the checkpoint of the highest score", async () => {
    const told: (number | undefined)[] = [];
    const onCheckpoint = (model: Model) => void told.push(biasOf(model));
    const most = await adapt(tinyModel(), wandering, { source, target, select: bees, onCheckpoint });
    expect(biasOf(most)).toBe(8);
    expect(told).toEqual(LEANINGS);
    const fewest = await adapt(tinyModel(), wandering, { source, target, select: (p) => -bees(p) });
    expect(biasOf(fewest)).toBe(0);
  });

  it("chooses the first among equals", async () => {
    const seen: Model[] = [];
    const onCheckpoint = (model: Model) => void seen.push(model);
    const chosen = await adapt(tinyModel(), wandering, { source, target, select: bees, onCheckpoint });
    expect(seen.indexOf(chosen)).toBe(2);
    const any = await adapt(tinyModel(), wandering, { source, target, select: () => 0 });
    expect(biasOf(any)).toBe(LEANINGS[0]);
  });

  it("scores predictions of the whole target, without its labels", async () => {
    const scored: Parameters<Validator>[0][] = [];
    const select: Validator = (predictions) => scored.push(predictions);
    const start = tinyModel();
    await adapt(start, selfTraining({ shares: [0.5, 0.8], epochs: 1 }), { source, target, select });
    await adapt(start, fewShot({ steps: 1 }), { source, target, select });
    expect(scored).toHaveLength(3);
    for (const { rows } of scored) {
      expect(rows.map(({ id }) => id)).toEqual(target.items.map(({ id }) => id));
      expect(rows.every(({ label }) => label === null)).toBe(true);
    }
  });

  it("gives a method's own model of a real training, the same each time", async () => {
    const method = mcc({ epochs: 3 });
    const run = () => adapt(tinyModel(), method, { source, target, select: bees, seed: 4 });
    const [a, b] = [await run(), await run()];
    expect(a.weights).toEqual(b.weights);
    const other = await adapt(tinyModel(), method, { source, target, select: bees, seed: 5 });
    expect(other.weights).not.toEqual(a.weights);
    const zero = [undefined, 0].map((seed) => adapt(tinyModel(), method, { source, target, seed }));
    expect((await zero[0]!).weights).toEqual((await zero[1]!).weights);
  });

  it("has the last model alone where a method has no checkpoints", async () => {
    const still: Method = { ...wandering, run: async () => leaning(3) };
    expect(biasOf(await adapt(tinyModel(), still, { source, target, select: bees }))).toBe(3);
  });
});

describe("what a method sees through adapt", () => {
  /** A method that looks at all that it is given. */
  const looking = (needs: Method["needs"]): { method: Method; seen: LabelledInput[] } => {
    const seen: LabelledInput[] = [];
    const run = async (input: SourceInput) => {
      seen.push(input as LabelledInput);
      return input.model;
    };
    return { method: { ...wandering, needs, run }, seen };
  };

  it("is no label of the target where it needs none", async () => {
    const { method, seen } = looking({ source: "labels", target: "images" });
    await adapt(tinyModel(), method, { source, target });
    expect(seen[0]!.target.items.map(({ id }) => id)).toEqual(target.items.map(({ id }) => id));
    expect(seen[0]!.target.items.some((item) => "label" in item)).toBe(false);
    expect("classes" in seen[0]!.target).toBe(false);
    expect(seen[0]!.source.items).toEqual(source.items);
  });

  it("is not looked at on the way either: a target whose labels must not be read will do", async () => {
    const guarded = { ...target, ...unlabelled(target) };
    const options = { source, target: guarded, select: bees };
    for (const method of [dann({ steps: 2 }), entropyMinimisation({ steps: 2 }), selfTraining({ epochs: 1 })])
      await expect(adapt(tinyModel(), method, options)).resolves.toBeDefined();
  });

  it("is no image of the source where it needs none", async () => {
    const { method, seen } = looking({ source: "nothing", target: "images" });
    await adapt(tinyModel(), method, { source, target });
    expect(seen[0]!.source.items).toEqual([]);
    expect(seen[0]!.source.classes).toEqual(source.classes);
  });

  it("are the target's labels where it needs them, which a target without cannot give", async () => {
    const { method, seen } = looking({ source: "labels", target: "labels" });
    await adapt(tinyModel(), method, { source, target });
    expect(seen[0]!.target.items).toEqual(target.items);
    const run = adapt(tinyModel(), fewShot(), { source, target: unlabelled(target) });
    await expect(run).rejects.toMatchObject(
      fault(2, /^few-shot: expected a target with labels, found target without$/),
    );
  });
});

describe("a method that does not apply", () => {
  it("is refused with the reason, before it looks at anything", async () => {
    const folded = withHead(formulaBackbone(), ["ants", "bees"], 0);
    const images = maps("x", 2, clouds);
    await expect(adapt(folded, tent(), { source: images, target: images })).rejects.toMatchObject(
      fault(
        2,
        /^tent: expected a backbone that it applies to, found the BatchNorms of tf_mobilenet_v2 are folded/,
      ),
    );
    const refusing = { ...wandering, applies: () => "not on a Monday" };
    await expect(adapt(tinyModel(), refusing, { source, target })).rejects.toMatchObject(
      fault(2, /^wandering: .*found not on a Monday$/),
    );
  });
});

describe("self-training on few images", () => {
  const few = (count: number) => ({ source, target: unlabelled(pooled("few", count, clouds)) });

  it("learns from as many as have one a class in every round", async () => {
    const model = await adapt(tinyModel(), selfTraining({ epochs: 1 }), few(10));
    expect(Object.values(model.weights).every(({ data }) => data.every(Number.isFinite))).toBe(true);
  });

  it.each([1, 2, 9])("says why %i are too few", async (count) => {
    const run = adapt(tinyModel(), selfTraining({ epochs: 1 }), few(count));
    await expect(run).rejects.toMatchObject(
      fault(2, /self-training: expected at least 10 target images, one a class in every round, found \d/),
    );
  });
});
