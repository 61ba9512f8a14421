/** An arm's phases, on made-up activations: what is chosen, what is continued, what is mixed in. */
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { useBackend } from "../../adapt/backend/backend.js";
import { subset } from "../../adapt/images/images.js";
import { describeLearned, learnedParameters, scheduleOf } from "../../adapt/training/phase.js";
import type { Diverged } from "../../adapt/training/train.js";
import type { ExperimentEvent } from "../../src/experiment/spec/events.js";
import type { Arm } from "../../src/experiment/spec/experiment.js";
import type { ArmPhase, DescentPhase } from "../../src/experiment/spec/schema.js";
import type { PhaseInputs, TrainedArm } from "../../src/experiment/train/phase-work.js";
import { phaseName, trainPhases } from "../../src/experiment/train/phases.js";
import { clouds, type Recipe } from "../adapt/made-up.js";
import { pooled, tinyModel } from "../adapt/tiny.js";
import { temporaryFolder } from "../support.js";

beforeAll(() => useBackend());

const shifted: Recipe = (draw, sign, channel) => clouds(draw, sign, channel) + (channel < 8 ? 1 : 0);
const DOMAINS = {
  source: pooled("source", 60, clouds),
  held: pooled("held", 40, clouds),
  target: pooled("target", 40, shifted),
  augmented: pooled("source", 60, shifted),
};

const HEAD = { train: "head", lr: 0.01, epochs: 4, batch: 8, optimizer: "sgd" } as const;
const onSource: DescentPhase = { on: "source", ...HEAD };
const onTarget: DescentPhase = { on: "target", ...HEAD };

async function inputs(phases: ArmPhase[], more: Partial<PhaseInputs> = {}): Promise<PhaseInputs> {
  const arm: Arm = { name: "arm", track: "full", phases };
  const state = join(await temporaryFolder(), "state");
  const source = { train: DOMAINS.source, val: DOMAINS.held, trainUnder: () => DOMAINS.augmented };
  const on = (event: ExperimentEvent) => void told.push(event);
  const ancestor = async () => fresh();
  return { arm, seed: 0, source, shots: DOMAINS.target, keepFolds: false, ancestor, state, on, ...more };
}

const told: ExperimentEvent[] = [];

const fresh = () => ({ model: tinyModel(), folds: null });
const head = ({ model }: Pick<TrainedArm, "model">) => model.weights["classifier.weight"]!.data;

describe("an arm", () => {
  it("chooses by held-out renders on source and by folds on target, and says so", async () => {
    const trained = await trainPhases(fresh(), await inputs([onSource, onTarget]));
    expect(trained.selection).toEqual([
      "head on source: lowest loss on held-out renders",
      "head on target: lowest mean loss on 5 stratified folds of its target labels",
    ]);
    expect(trained.history.map(({ phase }) => phase).slice(0, 4)).toEqual(Array(4).fill("1: head on source"));
    const second = trained.history.filter(({ phase }) => phase.startsWith("2"));
    expect(second).toHaveLength(trained.epochs[1]!);
    for (const { valLoss } of second) expect(valLoss).toBeGreaterThan(0);
    expect(trained.folds).toBeNull();
  });

  it("keeps its last epoch where it is asked to, without folds", async () => {
    const trained = await trainPhases(fresh(), await inputs([{ ...onTarget, select: "last" }]));
    expect(trained).toMatchObject({
      epochs: [4],
      selection: ["head on target: the last epoch"],
      folds: null,
    });
  });

  it("trains on source under its own augmentation, on whatever phase looks at it, and on target as ever", async () => {
    const augment = { "rand-augment": { n: 2, magnitude: 9 } };
    const both: DescentPhase = { ...onTarget, on: ["source", "target"] };
    const trained = async (phases: ArmPhase[], more: Partial<Arm>) => {
      const given = await inputs(phases);
      return head(await trainPhases(fresh(), { ...given, arm: { ...given.arm, ...more } }));
    };
    for (const phase of [onSource, both])
      expect(await trained([phase], { augment })).not.toEqual(await trained([phase], {}));
    expect(await trained([onTarget], { augment })).toEqual(await trained([onTarget], {}));
    const given = await inputs([onSource]);
    const augmented = { ...given, source: { ...given.source, train: DOMAINS.augmented } };
    expect(await trained([onSource], { augment })).toEqual(head(await trainPhases(fresh(), augmented)));
  });

  it("leaves folds where another arm starts from it, each with weights of its own", async () => {
    const { folds } = await trainPhases(fresh(), await inputs([onTarget], { keepFolds: true }));
    expect(folds).toHaveLength(5);
    expect(new Set(folds!.map((model) => head({ model }).join())).size).toBe(5);
  });

  it("goes on from its state to the same end, and does nothing twice", async () => {
    const given = await inputs([onSource, onTarget]);
    const first = await trainPhases(fresh(), given);
    expect(await readdir(given.state)).toContain("phase-2-curve-4.safetensors");
    const again = await trainPhases(fresh(), given);
    expect(again.history).toEqual(first.history);
    expect(head(again)).toEqual(head(first));
  });

  it("learns on both domains, with a weight for the loss on each", async () => {
    const on = async (domains: DescentPhase["on"]) =>
      head(await trainPhases(fresh(), await inputs([{ ...onTarget, on: domains, select: "last" }])));
    const both = await on(["source", "target"]);
    expect(both).not.toEqual(await on("target"));
    expect(await on({ source: 1, target: 1 })).toEqual(both);
    expect(await on({ source: 0.1, target: 1 })).not.toEqual(both);
  });

  it("fits an exact head, the same from any start, at a strength that folds of its labels choose", async () => {
    const exact: ArmPhase = { on: "target", train: "head", optimizer: "exact", scaling: "standardised" };
    const first = await trainPhases(fresh(), await inputs([exact], { keepFolds: true }));
    expect(first.selection[0]).toMatch(
      /^head on target: exact at strength 10000 \(the last that was tried\), lowest mean loss on 5 strat/,
    );
    expect(first.folds).toHaveLength(5);
    expect(first.history[0]!.trainAccuracy).toBeGreaterThan(0.9);
    const other = await trainPhases({ model: tinyModel(9), folds: null }, await inputs([exact]));
    expect(head(other)).toEqual(head(first));
    const few = subset(DOMAINS.target, DOMAINS.target.items.slice(0, 4));
    const { selection } = await trainPhases(fresh(), await inputs([exact], { shots: few }));
    expect(selection[0]).toBe("head on target: exact at strength 1, the default below 4 labels a class");
    const onRenders = await trainPhases(fresh(), await inputs([{ ...exact, on: "source" }]));
    expect(onRenders.selection[0]).toMatch(/exact at strength 0\.1, lowest loss on held-out renders$/);
    const joint = await trainPhases(
      fresh(),
      await inputs([{ ...exact, on: { source: 1, target: 3 }, c: 10 }]),
    );
    expect(joint.selection[0]).toBe("head on source and target: exact at strength 10, fixed beforehand");
    expect(head(joint)).not.toEqual(head(first));
  });

  it("averages its weights with those of an arm that it starts from", async () => {
    const start = fresh();
    const average: ArmPhase = { average: { with: "before", share: 0.25 } };
    const last: ArmPhase = { ...onTarget, select: "last" };
    const given = await inputs([last, average], { ancestor: async () => start });
    const trained = head(await trainPhases(start, await inputs([last])));
    const mixed = head(await trainPhases(start, given));
    for (const [i, v] of mixed.entries())
      expect(v).toBeCloseTo(0.75 * head(start)[i]! + 0.25 * trained[i]!, 6);
  });

  it("ends a phase on source when patience is lost", async () => {
    const phase = { ...onSource, lr: 3, epochs: 30, patience: 2 };
    const { history, epochs } = await trainPhases(fresh(), await inputs([phase]));
    expect(history.length).toBe(epochs[0]! + 2);
  });

  it("that diverges keeps the last good weights, and its state", async () => {
    const given = await inputs([{ ...onSource, lr: 1e38, epochs: 5 }]);
    const error = (await trainPhases(fresh(), given).catch((e) => e)) as Diverged;
    expect(error.message).toMatch(/^training: diverged in epoch/);
    expect(existsSync(given.state)).toBe(error.lastGood.epoch > 0);
  });
});

describe("a phase of a file", () => {
  const model = tinyModel();
  const rates = (phase: Partial<DescentPhase>, epoch: number, done: number) =>
    scheduleOf({ ...onTarget, train: "all", ...phase })({ epoch, epochs: 10, done }, [
      "features",
      "classifier",
    ]);

  it("becomes the engine's schedule", () => {
    expect(rates({ decay: 0.5 }, 0, 0)).toEqual({ features: 0.005, classifier: 0.01 });
    expect(rates({ probe: 2 }, 1, 0.1)).toEqual({ classifier: 0.01 });
    expect(rates({ unfreeze: { every: 3 } }, 3, 0.3)).toEqual({ features: 0.01, classifier: 0.01 });
    expect(rates({ schedule: { cosine: { warmup: 0.5 } } }, 0, 0.25).classifier).toBeCloseTo(0.005, 12);
    expect(rates({ schedule: { step: { size: 7, gamma: 0.1 } } }, 7, 0.7).classifier).toBeCloseTo(0.001, 12);
  });

  it("says what it learns", () => {
    const learned = learnedParameters({ train: "all" }, model);
    expect(phaseName({ ...onTarget, train: "all" })).toBe("everything on target");
    expect(describeLearned(learned)).toMatch(
      /^learns 5 parameters, 322 numbers: features\.0\.weight \[16, 16, 1, 1\], .*classifier\.bias \[2\]$/,
    );
    const many = Object.fromEntries(
      Array.from({ length: 9 }, (_, i) => [`w${i}`, learned["classifier.bias"]!]),
    );
    expect(describeLearned(many)).toBe("learns 9 parameters, 18 numbers: w0 [2], ..., w8 [2]");
    expect(describeLearned(many, true)).toContain("w4 [2]");
  });
});

describe("what an arm tells", () => {
  it("is its phases, and each of their epochs with its figures", async () => {
    told.length = 0;
    await trainPhases(fresh(), await inputs([onSource]));
    const [phase, ...epochs] = told;
    expect(phase).toMatchObject({ type: "phase", arm: "arm", phase: "head on source" });
    expect(epochs.map((event) => event.type === "epoch" && event.record.epoch)).toEqual([1, 2, 3, 4]);
    for (const event of epochs)
      expect(event).toMatchObject({ epochs: 4, record: { valLoss: expect.any(Number) } });
  });
});
