/** What an arm's method is given, and what is told of its checkpoints. */
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { useBackend } from "../../adapt/backend/backend.js";
import { subset } from "../../adapt/images/images.js";
import { mcc } from "../../adapt/methods/mcc.js";
import type { AnyMethod, LabelledInput, Method } from "../../adapt/methods/method.js";
import type { Checkpoint } from "../../eval/statistics/regret.js";
import { describeMethod, methodOf } from "../../src/experiment/spec/methods.js";
import { validatorsFile } from "../../src/experiment/store/store.js";
import type { RunContext } from "../../src/experiment/train/context.js";
import { runMethod } from "../../src/experiment/train/method.js";
import { readJsonLines } from "../../src/shared/files.js";
import type { Track } from "../../src/shared/types.js";
import { clouds } from "../adapt/made-up.js";
import { pooled, tinyModel } from "../adapt/tiny.js";
import { temporaryFolder } from "../support.js";

beforeAll(() => useBackend());

describe("an arm's method", () => {
  const own: Method = { ...mcc(), name: "own", reference: "of one's own", options: undefined };
  const of = (track: Track, method: string | AnyMethod) => methodOf({ track, method }, { own }, "arms.arm");

  it("is the registry's or one's own, and one of the arm's track", () => {
    expect(of("unlabelled", "own")).toBe(own);
    expect(of("unlabelled", own)).toBe(own);
    expect(of("k-shot", "few-shot")!.name).toBe("few-shot");
    expect(() => of("unlabelled", "few-shot")).toThrow(
      /arms\.arm\.method: expected one of adabn, .*own, found "few-shot"/,
    );
    expect(() => of("full", "magic")).toThrow(/expected one of fine-tuning, found "magic"/);
    expect(() => of("full", own)).toThrow(/expected a method of the full track, found own \(unlabelled\)/);
  });

  it("stands in a run's configuration with every option, or by its name alone where it declares none", () => {
    expect(describeMethod(own)).toBe("own");
    const ten = { mcc: { steps: 300, lr: 3e-4, batch: 32, weight: 10 } };
    expect(describeMethod(mcc({ weight: 10 }))).toEqual(ten);
  });
});

const DOMAINS = {
  source: pooled("source", 20, clouds),
  held: pooled("held", 10, clouds),
  target: pooled("target", 20, clouds),
};

async function run(spy: Partial<Method<LabelledInput>>, folder?: string) {
  folder ??= await temporaryFolder();
  const method = {
    name: "spy",
    track: "unlabelled",
    needs: { source: "labels", target: "images" },
    reference: "none",
    ...spy,
  } as AnyMethod;
  const context = {
    seed: 0,
    source: { train: DOMAINS.source, val: DOMAINS.held },
    target: { train: DOMAINS.target, test: DOMAINS.target },
  } as unknown as RunContext;
  const arm = { name: "arm", track: method.track, method, phases: [] };
  const shots = subset(DOMAINS.target, DOMAINS.target.items.slice(0, 4));
  await runMethod(tinyModel(), arm, shots, { folder, state: join(folder, "state") }, context);
  return readJsonLines<Checkpoint>(validatorsFile(folder));
}

describe("adaptation", () => {
  it("gives the unlabelled track images without labels", async () => {
    let seen: LabelledInput | undefined;
    await run({
      run: async (input) => {
        seen = input;
        return input.model;
      },
    });
    expect(seen!.target.items).toHaveLength(20);
    for (const item of seen!.target.items) expect(item).not.toHaveProperty("label");
    expect(seen!.target).not.toHaveProperty("classes");
    expect(seen!.source.items[0]).toHaveProperty("label");
  });

  it("gives a track of labels its own labels alone, and no source to who needs none", async () => {
    let seen: LabelledInput | undefined;
    await run({
      track: "k-shot",
      needs: { source: "nothing", target: "labels" },
      run: async (input) => {
        seen = input;
        return input.model;
      },
    });
    expect(seen!.target.items.map(({ label }) => label)).toEqual(["ants", "bees", "ants", "bees"]);
    expect(seen!.source.items).toEqual([]);
  });

  it("logs label-free validators of every checkpoint", async () => {
    const log = await run({
      run: async ({ model, onCheckpoint }) => {
        await onCheckpoint!(model);
        await onCheckpoint!(tinyModel(5));
        return model;
      },
    });
    expect(log.map(({ epoch }) => epoch)).toEqual([1, 2]);
    expect(Object.keys(log[0]!.scores).sort()).toEqual(["bnm", "im", "meanEntropy", "snd", "sourceAccuracy"]);
    for (const { accuracy } of log) expect(accuracy).toBeGreaterThan(0);
  });

  it("goes on from its last checkpoint after a kill, each logged once", async () => {
    const folder = await temporaryFolder();
    const told: number[] = [];
    const learner = (killedAt?: number): Partial<Method<LabelledInput>> => {
      const method = mcc({ epochs: 3, batch: 8 });
      const run: Method<LabelledInput>["run"] = (input) =>
        method.run({
          ...input,
          onCheckpoint: async (model, number) => {
            await input.onCheckpoint!(model, number);
            told.push(number!);
            if (number === killedAt) throw new Error("killed");
          },
        });
      return { ...(method as Partial<Method<LabelledInput>>), run };
    };
    await expect(run(learner(2), folder)).rejects.toThrow("killed");
    const log = await run(learner(), folder);
    expect(told).toEqual([1, 2, 2, 3]);
    expect(log.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
    expect(log).toEqual(await run(learner()));
  });
});
