/** What an arm's method is given, and what is told of its checkpoints. */
import { mkdir } from "node:fs/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { useBackend } from "../../adapt/backend/backend.js";
import type { LabelledInput, Method, UnlabelledInput } from "../../adapt/methods/method.js";
import type { Checkpoint } from "../../eval/regret.js";
import type { Arm } from "../../src/config/experiment.js";
import { readJsonLines } from "../../src/shared/files.js";
import { adapt, methodOf, ownMethods, whyNotApplicable, withRegistry } from "../../src/stages/adaptation.js";
import { validatorsFile } from "../../src/stages/store.js";
import { clouds } from "../adapt/made-up.js";
import { pooled, tinyModel } from "../adapt/tiny.js";
import { temporaryFolder } from "../support.js";

beforeAll(() => useBackend("wasm"));

const arm = (track: Arm["track"], method: string): Arm => ({ name: "arm", track, method, phases: [] });

describe("an arm's method", () => {
  const own: Method = { ...(withRegistry().mcc as Method), name: "own", reference: "of one's own" };

  it("is the registry's or one's own, and one of the arm's track", () => {
    const methods = withRegistry({ own });
    expect(methodOf(arm("unlabelled", "own"), methods)).toBe(own);
    expect(methodOf(arm("k-shot", "few-shot"), methods).name).toBe("few-shot");
    const error = (track: Arm["track"], name: string) => () => methodOf(arm(track, name), methods);
    expect(error("unlabelled", "few-shot")).toThrow(
      /arms\.arm\.method: expected one of adabn, .*own, found "few-shot"/,
    );
    expect(error("full", "magic")).toThrow(/expected one of fine-tuning, found "magic"/);
  });

  it("of one's own is part of a run's configuration, the registry's go by their names", () => {
    const arms = [
      arm("unlabelled", "own"),
      arm("unlabelled", "mcc"),
      { ...arm("full", ""), method: undefined },
    ];
    expect(ownMethods(arms.slice(1), withRegistry({ own }))).toBeUndefined();
    const hashes = ownMethods(arms, withRegistry({ own }))!;
    expect(Object.keys(hashes)).toEqual(["own"]);
    const other = { ...own, run: async ({ model }: UnlabelledInput) => model };
    expect(ownMethods(arms, withRegistry({ own: other }))!.own).not.toBe(hashes.own);
  });

  it("may be n/a", () => {
    const { card } = tinyModel();
    expect(whyNotApplicable(arm("unlabelled", "adabn"), withRegistry(), card)).toBeNull();
    expect(
      whyNotApplicable(arm("unlabelled", "adabn"), withRegistry(), { ...card, batchNorm: "none" }),
    ).toMatch(/has no BatchNorm/);
  });
});

async function given(track: Arm["track"], spy: Method<LabelledInput>) {
  const domains = {
    source: pooled("source", 20, clouds),
    held: pooled("held", 10, clouds),
    target: pooled("target", 20, clouds),
  };
  const items = (domain: keyof typeof domains) =>
    domains[domain].items.map((item) => ({ ...item, path: item.id, split: "train" }));
  const asked: string[] = [];
  const features = {
    of: async ([first]: { id: string }[], cut: string, _model: unknown, views: string) => {
      asked.push(`${first?.id.split("/")[0]} at ${cut} for ${views}`);
      return domains[(first?.id.split("/")[0] ?? "source") as keyof typeof domains].activations;
    },
  };
  const folder = await temporaryFolder();
  await mkdir(folder, { recursive: true });
  const inputs = {
    arm: arm(track, "spy"),
    methods: { spy },
    folder,
    seed: 0,
    features,
    source: { train: items("source"), val: items("held") },
    target: { train: items("target") },
    shots: items("target").slice(0, 4),
  } as unknown as Parameters<typeof adapt>[1];
  return { inputs, asked, folder };
}

describe("adaptation", () => {
  const spy = (over: Partial<Method<LabelledInput>>): Method<LabelledInput> => ({
    name: "spy",
    track: "unlabelled",
    needs: { source: "labels", target: "images" },
    reference: "none",
    run: async ({ model }) => model,
    ...over,
  });

  it("gives the unlabelled track images without labels, at the stage the method wants", async () => {
    let seen: LabelledInput | undefined;
    const method = spy({
      cut: () => "features",
      run: async (input) => {
        seen = input;
        return input.model;
      },
    });
    const { inputs, asked } = await given("unlabelled", method);
    await adapt(tinyModel(), inputs);
    expect(seen!.target.items).toHaveLength(20);
    for (const item of seen!.target.items) expect(item).not.toHaveProperty("label");
    expect(seen!.source.items[0]).toHaveProperty("label");
    expect(new Set(asked)).toEqual(
      new Set([
        "target at features for training",
        "held at features for evaluation",
        "source at features for training",
      ]),
    );
  });

  it("gives a track of labels its own labels alone, and no source to who needs none", async () => {
    let seen: LabelledInput | undefined;
    const method = spy({
      track: "k-shot",
      needs: { source: "nothing", target: "labels" },
      run: async (input) => {
        seen = input;
        return input.model;
      },
    });
    const { inputs } = await given("k-shot", method);
    await adapt(tinyModel(), inputs);
    expect(seen!.target.items.map(({ label }) => label)).toEqual(["ants", "bees", "ants", "bees"]);
    expect(seen!.source.items).toEqual([]);
  });

  it("logs label-free validators of every checkpoint", async () => {
    const method = spy({
      run: async ({ model, onCheckpoint }) => {
        await onCheckpoint!(model);
        await onCheckpoint!(tinyModel(5));
        return model;
      },
    });
    const { inputs, folder } = await given("unlabelled", method);
    await adapt(tinyModel(), inputs);
    const log = await readJsonLines<Checkpoint>(validatorsFile(folder));
    expect(log.map(({ epoch }) => epoch)).toEqual([1, 2]);
    expect(Object.keys(log[0]!.scores).sort()).toEqual(["bnm", "im", "meanEntropy", "snd", "sourceAccuracy"]);
    for (const { accuracy } of log) expect(accuracy).toBeGreaterThan(0);
  });
});
