/** What holds of every method in the registry. */
import { readdir } from "node:fs/promises";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import type { Model } from "../../adapt/backbones/model.js";
import { backbones } from "../../adapt/backbones/registry.js";
import { useBackend } from "../../adapt/backend/backend.js";
import { type LabeledImages, subset } from "../../adapt/images/images.js";
import { predict } from "../../adapt/inference/predict.js";
import type { Weights } from "../../adapt/layers/parameters.js";
import { dann, mcc, selfTraining } from "../../adapt/methods/index.js";
import {
  type AnyMethod,
  type LabelledInput,
  type Method,
  notApplicable,
} from "../../adapt/methods/method.js";
import { type MethodName, methods } from "../../adapt/methods/registry.js";
import type { Schedule } from "../../adapt/training/schedule.js";
import { train } from "../../adapt/training/train.js";
import { TRACKS } from "../../src/shared/types.js";
import { fault, temporaryFolder } from "../support.js";
import { accuracy, type MadeUp } from "./made-up.js";
import { SHIFTS, type Shift } from "./shifts.js";
import { maps, pooled, tinyModel, unlabelled } from "./tiny.js";

beforeAll(() => useBackend());

const VIEWS = [0, 1, 2];
const COUNT = 128;

/** A model trained on a shift's source, and what its method is given. */
async function bench(name: MethodName) {
  const method = methods[name]() as Method<LabelledInput>;
  const shift: Shift = SHIFTS[name as keyof typeof SHIFTS] ?? SHIFTS.coral;
  const make = shift.enter === "head" ? pooled : maps;
  const source = make("source", COUNT, shift.source, VIEWS);
  const target = make("target", COUNT, shift.target, VIEWS);
  const model = name === "source-only" ? tinyModel() : await trainHead(source);
  const given = {
    model,
    seed: 0,
    source: method.needs.source === "labels" ? source : untouchable(source),
    target: (method.needs.target === "labels" ? target : unlabelled(target)) as LabeledImages,
    ...(name === "few-shot-self-training" ? fewLabels(target) : {}),
  };
  return { method, source, target, model, given };
}

/** A few labels, and every other image without. */
const fewLabels = (target: LabeledImages) => ({
  target: subset(target, target.items.slice(0, 8)),
  rest: unlabelled(subset(target, target.items.slice(8))),
});

async function trainHead(source: MadeUp): Promise<Model> {
  const schedule: Schedule = () => ({ classifier: 1e-2 });
  const learns = source.known.layer === "classifier" ? ("head" as const) : { from: "features" };
  return train(tinyModel(), { on: source, train: learns, lr: 1e-2, epochs: 20, schedule, seed: 0 });
}

/** Source images that a method which needs none must not look at. */
const untouchable = (images: LabeledImages): LabeledImages =>
  new Proxy(images, {
    get: (_target, key) => {
      throw new Error(`${String(key)} of the source was read`);
    },
  });

const bytes = ({ data }: { data: Float32Array }) =>
  Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("hex");
const snapshot = (weights: Weights) =>
  Object.fromEntries(Object.entries(weights).map(([name, weight]) => [name, bytes(weight)]));
const moved = (a: Weights, b: Weights): string[] =>
  Object.keys(a).filter((name) => bytes(a[name]!) !== bytes(b[name]!));

const STATISTICS = ["features.1.running_mean", "features.1.running_var"];
/** What a method may move where it starts from the features; everything else moves the head alone. */
const MOVES: Partial<Record<MethodName, string[]>> = {
  adabn: STATISTICS,
  tent: ["features.1.bias", ...STATISTICS, "features.1.weight"],
};
/** What fits its head exactly is done anew faster than it would be read. */
const EXACT: MethodName[] = ["prototypes", "self-training", "few-shot-self-training"];
const HEAD = ["classifier.bias", "classifier.weight"];

describe.each(Object.keys(methods) as MethodName[])("%s", (name) => {
  it("says what it is", () => {
    const method: AnyMethod = methods[name]();
    expect(method.name).toBe(name);
    expect(TRACKS).toContain(method.track);
    expect(method.track === "unlabelled").toBe(method.needs.target === "images");
    expect(["k-shot", "full"].includes(method.track)).toBe(method.needs.target === "labels");
    expect(method.reference).toMatch(/\d{4}|risk/);
  });

  it("has options that are plain data, none of which has to be given", () => {
    const factory = methods[name];
    const method: AnyMethod = factory();
    expect(factory.schema.safeParse({}).success).toBe(true);
    expect(factory.schema.parse({})).toEqual(method.options);
    expect(method.options).toBeDefined();
    expect(JSON.parse(JSON.stringify(method.options))).toEqual(method.options);
    expect(factory.schema.safeParse({ noSuchOption: 1 }).success).toBe(false);
  });

  it("leaks no tensor, moves what it may move and nothing else, and is a function of the seed", async () => {
    const { method, model, given } = await bench(name);
    const before = snapshot(model.weights);
    const tensors = tf.memory().numTensors;
    const adapted = await method.run(given);
    expect(tf.memory().numTensors).toBe(tensors);
    expect(snapshot(model.weights)).toEqual(before);
    expect(moved(model.weights, adapted.weights).sort()).toEqual(MOVES[name] ?? HEAD);
    expect(adapted).toMatchObject({ card: model.card, network: model.network, classes: model.classes });
    const again = await method.run(given);
    expect(snapshot(again.weights)).toEqual(snapshot(adapted.weights));
  });

  it("beats where it starts from by ten points, on a shift that suits it", async () => {
    const { method, model, source, target, given } = await bench(name);
    const truth = method.needs.target === "nothing" ? source : target;
    const checkpoints: Model[] = [];
    const adapted = await method.run({ ...given, onCheckpoint: (at) => void checkpoints.push(at) });
    const before = accuracy(await predict(model, truth), truth);
    const after = accuracy(await predict(adapted, truth), truth);
    expect(before).toBeGreaterThan(0.2);
    expect(after).toBeGreaterThan(before + 0.1);
    if (checkpoints.length > 0)
      expect(snapshot(checkpoints.at(-1)!.weights)).toEqual(snapshot(adapted.weights));
  });

  it("goes on from its last checkpoint after a kill, to the same weights", async () => {
    const { method, given } = await bench(name);
    const whole = await numbered(method, given);
    const resume = await temporaryFolder();
    const killed = await numbered(method, { ...given, resume }, 3);
    if (whole.numbers.length >= 3) expect(killed.numbers).toEqual([1, 2, 3]);
    const rest = await numbered(method, { ...given, resume });
    expect(snapshot(rest.adapted!.weights)).toEqual(snapshot(whole.adapted!.weights));
    const done = whole.numbers.length >= 3 && !EXACT.includes(name) ? 2 : 0;
    expect(rest.numbers).toEqual(whole.numbers.slice(done));
  });
});

describe("self-training of more than the head", () => {
  it("goes on from the round in which it was killed", async () => {
    const { given } = await bench("adabn");
    const source = maps("source", COUNT, SHIFTS.adabn.source, VIEWS);
    const method = selfTraining({ from: "features", shares: [0.5, 0.8], epochs: 3 }) as Method<LabelledInput>;
    const whole = await numbered(method, { ...given, source });
    const resume = await temporaryFolder();
    await numbered(method, { ...given, source, resume }, 1);
    expect(await readdir(resume)).toEqual(["round-1.safetensors"]);
    const rest = await numbered(method, { ...given, source, resume });
    expect(snapshot(rest.adapted!.weights)).toEqual(snapshot(whole.adapted!.weights));
    expect(moved(given.model.weights, whole.adapted!.weights).length).toBeGreaterThan(HEAD.length);
  });
});

/** Runs a method, as far as a checkpoint where one is given. @returns the numbers of the checkpoints that were told */
async function numbered(method: Method<LabelledInput>, given: LabelledInput, killedAt = Number.NaN) {
  const numbers: number[] = [];
  const onCheckpoint = (_model: Model, number: number | undefined) => {
    numbers.push(number!);
    if (number === killedAt) throw new Error("killed");
  };
  const adapted = await method.run({ ...given, onCheckpoint }).catch((error: Error) => {
    if (error.message !== "killed") throw error;
  });
  return { numbers, adapted };
}

describe("methods that are n/a", () => {
  /** Closed: a pair that is added or lost is a decision. */
  const PAIRS = [
    "adabn on alexnet",
    "adabn on objectron_mobilenet_v2",
    "adabn on squeezenet1_0",
    "adabn on squeezenet1_1",
    "adabn on tf_mobilenet_v2",
    "adabn on vgg16",
    "tent on alexnet",
    "tent on objectron_mobilenet_v2",
    "tent on squeezenet1_0",
    "tent on squeezenet1_1",
    "tent on tf_mobilenet_v2",
    "tent on vgg16",
  ];

  it("are these, each with its reason", () => {
    const pairs = Object.values<() => AnyMethod>(methods)
      .map((make) => make())
      .flatMap((method) =>
        Object.values(backbones).flatMap(({ card }) => {
          const reason = notApplicable(method, card);
          return reason ? [{ pair: `${method.name} on ${card.name}`, reason }] : [];
        }),
      );
    expect(pairs.map(({ pair }) => pair).sort()).toEqual(PAIRS);
    for (const { pair, reason } of pairs)
      expect(reason).toMatch(/mobilenet/.test(pair) ? /folded into its filters/ : /has no BatchNorm$/);
  });

  it("include what a method of one's own refuses", () => {
    const own: Method = { ...mcc(), applies: (card) => (card.featureWidth > 1000 ? "too wide" : null) };
    expect(notApplicable(own, backbones.tf_mobilenet_v2.card)).toBe("too wide");
    expect(notApplicable(mcc(), backbones.tf_mobilenet_v2.card)).toBeNull();
  });
});

describe("a method's options", () => {
  it("tell it from another one, whole and with every default", () => {
    const [light, heavy] = [dann({ weight: 0.1 }), dann({ weight: 10 })];
    expect(light.options).not.toEqual(heavy.options);
    expect(light.options).toEqual({ steps: 300, lr: 3e-4, batch: 32, weight: 0.1 });
    expect({ ...heavy.options, weight: 0.1 }).toEqual(light.options);
    expect(dann({ from: "features.18" }).options).toMatchObject({ from: "features.18", weight: 1 });
    expect(dann({}).options).toEqual(dann().options);
  });

  it.each([
    ["an unknown key", () => dann({ wieght: 1 } as never), /^dann: wieght: expected no such key/],
    ["another type", () => dann({ weight: "1" } as never), /^dann: weight: expected a number, found "1"$/],
    ["a number out of range", () => dann({ weight: -1 }), /^dann: weight: expected a number of at least 0, /],
    ["a fraction of a step", () => mcc({ steps: 1.5 }), /^mcc: steps: expected a whole number, found 1\.5$/],
    [
      "a value within a list",
      () => selfTraining({ shares: [0.5, 2] }),
      /^self-training: shares\.1: expected a number of at most 1, found 2$/,
    ],
    [
      "anything where there is nothing to set",
      () => methods.coral({ weight: 1 } as never),
      /^coral: weight: expected no such key/,
    ],
  ])("are refused with the method and the key: %s", (_what, make, message) => {
    expect(caught(make)).toMatchObject(fault(2, message));
  });
});

function caught(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}
