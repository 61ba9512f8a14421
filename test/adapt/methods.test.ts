/** What holds of every method in the registry. */
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import type { Model } from "../../adapt/backbones/model.js";
import { backbones } from "../../adapt/backbones/registry.js";
import { useBackend } from "../../adapt/backend/backend.js";
import type { Examples, UnlabeledExamples } from "../../adapt/images/examples.js";
import { predict } from "../../adapt/inference/predict.js";
import type { Weights } from "../../adapt/layers/parameters.js";
import type { LabelledInput, Method } from "../../adapt/methods/method.js";
import { methodCut, notApplicable } from "../../adapt/methods/method.js";
import { type MethodName, methods } from "../../adapt/methods/registry.js";
import type { Schedule } from "../../adapt/training/schedule.js";
import { trainPhase } from "../../adapt/training/train.js";
import { TRACKS } from "../../src/shared/types.js";
import { accuracy } from "./made-up.js";
import { SHIFTS, type Shift } from "./shifts.js";
import { maps, pooled, tinyModel, unlabelled } from "./tiny.js";

beforeAll(() => useBackend("wasm"));

const VIEWS = [0, 1, 2];
const COUNT = 128;

/** A model trained on a shift's source, and what its method is given. */
async function bench(name: MethodName) {
  const method = methods[name] as Method<LabelledInput>;
  const shift: Shift = SHIFTS[name as keyof typeof SHIFTS] ?? SHIFTS.coral;
  const make = shift.enter === "head" ? pooled : maps;
  const source = make("source", COUNT, shift.source, VIEWS);
  const target = make("target", COUNT, shift.target, VIEWS);
  const model = name === "source-only" ? tinyModel() : await trainHead(source);
  const given = {
    model,
    seed: 0,
    source: method.needs.source === "labels" ? source : untouchable(source),
    target: (method.needs.target === "labels" ? target : unlabelled(target)) as Examples,
  };
  return { method, source, target, model, given };
}

async function trainHead(source: Examples): Promise<Model> {
  const schedule: Schedule = () => ({ classifier: 1e-2 });
  const train = source.activations.cut === "classifier" ? ("head" as const) : { from: "features" };
  const phase = { train, lr: 1e-2, epochs: 20, schedule };
  return (await trainPhase(tinyModel(), { data: source, phase, seed: 0 })).model;
}

/** Source images that a method which needs none must not look at. */
const untouchable = (examples: UnlabeledExamples): Examples =>
  new Proxy(examples, {
    get: (_target, key) => {
      throw new Error(`${String(key)} of the source was read`);
    },
  }) as Examples;

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
const HEAD = ["classifier.bias", "classifier.weight"];

describe.each(Object.keys(methods) as MethodName[])("%s", (name) => {
  it("says what it is", () => {
    const method: Method = methods[name];
    expect(method.name).toBe(name);
    expect(TRACKS).toContain(method.track);
    expect(method.track === "unlabelled").toBe(method.needs.target === "images");
    expect(["k-shot", "full"].includes(method.track)).toBe(method.needs.target === "labels");
    expect(method.reference).toMatch(/\d{4}|risk/);
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
    const [before, after] = [model, adapted].map((m) => accuracy(predict(m!, truth), truth));
    expect(before).toBeGreaterThan(0.2);
    expect(after).toBeGreaterThan(before! + 0.1);
    if (checkpoints.length > 0)
      expect(snapshot(checkpoints.at(-1)!.weights)).toEqual(snapshot(adapted.weights));
  });
});

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
    const pairs = Object.values<Method>(methods).flatMap((method) =>
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
    const own: Method = { ...methods.mcc, applies: (card) => (card.featureWidth > 1000 ? "too wide" : null) };
    expect(notApplicable(own, backbones.tf_mobilenet_v2.card)).toBe("too wide");
    expect(notApplicable(methods.mcc, backbones.tf_mobilenet_v2.card)).toBeNull();
  });

  it("else say which activations they want", () => {
    const { card } = backbones.mobilenet_v2;
    expect(methodCut(methods.adabn, card)).toBe("features.0");
    expect(methodCut(methods.dann, card)).toBe("classifier");
  });
});
