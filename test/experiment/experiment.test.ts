/** Experiment files on folders of small pictures, as a user starts them: killed within a phase, diverging, n/a. */
import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { loadCheckpoint } from "../../adapt/backbones/checkpoint.js";
import type { Method } from "../../adapt/methods/method.js";
import { readDraws } from "../../eval/predictions/draws.js";
import { dryRun } from "../../src/experiment/plan/dry-run.js";
import { runExperiment } from "../../src/experiment/run.js";
import { loadExperiment } from "../../src/experiment/spec/experiment.js";
import type { ExperimentSpec } from "../../src/experiment/spec/schema.js";
import { readRun } from "../../src/experiment/store/store.js";
import { antbee, fault, lastingFolder, writeImage } from "../support.js";

let folder: string;
let env: Record<string, string>;

/** Pictures of two colours a class, in class folders of two splits, no two alike. */
async function writePictures(root: string, per: Record<string, number>, blue: number): Promise<string> {
  for (const [split, count] of Object.entries(per))
    for (const [label, red] of Object.entries({ ants: 70, bees: 200 }))
      for (let i = 0; i < count; i++)
        await writeImage(
          join(root, split, label, `${i}.png.jpg`),
          [red + i, split === "train" ? 90 : 96, blue + 2 * i],
          64,
        );
  return root;
}

beforeAll(async () => {
  folder = await lastingFolder();
  env = { ANTBEE_CACHE: join(folder, "cache") };
  await writePictures(join(folder, "renders"), { train: 8, val: 6 }, 40);
  await writePictures(join(folder, "photos"), { train: 8, val: 4 }, 120);
});

async function experiment(name: string, arms: string): Promise<string> {
  const path = join(folder, `${name}.yaml`);
  const head = [
    `name: ${name}`,
    `source: {dataset: ${join(folder, "renders")}}`,
    `target: {dir: ${join(folder, "photos")}}`,
    "backbone: {name: objectron_mobilenet_v2}",
    "views: 1",
  ];
  await writeFile(path, [...head, "arms:", arms].join("\n"));
  return path;
}

const SOURCE =
  "  source-only: {track: source-only, phases: [{on: source, train: head, lr: 1e-3, epochs: 4, select: last}]}";

describe("a run that is killed within a phase", () => {
  const ARMS = `${SOURCE}
  tuned: {from: source-only, track: full, phases: [{on: target, train: {from: features.18}, lr: 1e-4, epochs: 30, optimizer: adamw, schedule: {cosine: {warmup: 0.1}}, select: last}]}`;

  it("goes on from its last epoch and ends with the same figures", async () => {
    const path = await experiment("killed", ARMS);
    const run = (out: string, more = {}) =>
      antbee(["run", path, "--out", join(folder, out), "--report", join(folder, `${out}-report`)], {
        env,
        ...more,
      });
    const killed = await run("a", {
      killWhen: (stderr: string) => /later on target[\s\S]*epoch 6\/30/.test(stderr),
    });
    expect(killed.code).toBeNull();
    const arm = (out: string) => join(folder, out, "killed", "tuned", "seed-0");
    // Beside it the kill may have left the temporary of a write; the run that is taken up removes it.
    expect(await readdir(join(arm("a"), "state"))).toContain("phase-1-main.safetensors");
    const resumed = await run("a");
    expect(resumed.code).toBe(0);
    const told = [...resumed.stderr.matchAll(/epoch (\d+)\/30/g)].map(([, epoch]) => Number(epoch));
    expect(told[0]).toBeGreaterThanOrEqual(6);
    expect(told.at(-1)).toBe(30);
    expect((await run("b")).code).toBe(0);
    for (const file of ["metrics.jsonl", "checkpoint.safetensors", "predictions/folder.csv"])
      expect((await readFile(join(arm("a"), file))).equals(await readFile(join(arm("b"), file))), file).toBe(
        true,
      );
    expect(existsSync(join(arm("a"), "state"))).toBe(false);
  }, 180_000);
});

describe("a run that diverges", () => {
  it("stops with one sentence and leaves the last good checkpoint", async () => {
    // Each step multiplies the head by 1 - lr beta: it grows without bound, but needs some epochs to overflow.
    const path = await experiment(
      "wild",
      "  wild: {track: oracle, phases: [{on: target, train: head, lr: 1, epochs: 20, l2sp: {alpha: 0, beta: 100}, select: last}]}",
    );
    const { code, stderr } = await antbee(["run", path, "--out", join(folder, "wild")], { env });
    expect(code).toBe(1);
    const [, kept, file] = /arms\.wild: training: diverged .*weights of epoch (\d+) are kept.*\((.*)\)/.exec(
      stderr,
    )!;
    expect(Number(kept)).toBeGreaterThan(0);
    const { weights } = await loadCheckpoint(file!);
    expect(weights["classifier.1.weight"]!.data.every(Number.isFinite)).toBe(true);
  }, 60_000);
});

describe("methods in an experiment", () => {
  it("run where they apply, one's own among them; what is n/a is said and left out with its heirs", async () => {
    process.env.ANTBEE_CACHE = env.ANTBEE_CACHE;
    const path = await experiment(
      "methods",
      `${SOURCE}
  adabn: {from: source-only, track: unlabelled, method: adabn}
  heir: {from: adabn, track: unlabelled, method: mcc}
  mine: {from: source-only, track: unlabelled, method: mine}
  two-shot: {from: source-only, track: k-shot, k: 2, method: few-shot}
  two-shot-alone: {track: k-shot, k: 2, phases: [{on: target, train: head, lr: 1e-3, epochs: 2}]}`,
    );
    let labels: unknown[] = [];
    const mine: Method = {
      name: "mine",
      track: "unlabelled",
      needs: { source: "nothing", target: "images" },
      reference: "of one's own",
      run: async ({ model, target }) => {
        labels = target.items.flatMap((item) => ("label" in item ? [item] : []));
        return model;
      },
    };
    const { runs, comparison } = await runExperiment(await loadExperiment(path), {
      out: join(folder, "methods"),
      report: join(folder, "methods-report"),
      methods: { mine },
    });
    expect(runs.map(({ arm }) => arm)).toEqual(["source-only", "mine", "two-shot", "two-shot-alone"]);
    expect(labels).toEqual([]);
    const synthetic = comparison!.arms.map((arm) => [arm.name, arm.synthetic]);
    expect(Object.fromEntries(synthetic)).toMatchObject({ "two-shot": true, "two-shot-alone": false });
  }, 120_000);
});

describe("an arm under an augmentation of its own", () => {
  const arm = (augment: string) =>
    `{${augment}track: source-only, phases: [{on: source, train: head, lr: 1e-2, epochs: 3}]}`;
  const ARMS = `
  source-only: ${arm("")}
  strong: ${arm("augment: {rand-augment: {magnitude: 25}}, ")}
  weak: ${arm("augment: {rand-augment: {magnitude: 3}}, ")}
  later: {from: strong, track: full, phases: [{on: target, train: head, lr: 1e-3, epochs: 1, select: last}]}`;

  it("learns other weights, under another key, says so, and passes none of it on", async () => {
    const out = join(folder, "augmented");
    const report = join(folder, "augmented-report");
    const spec = await loadExperiment(await experiment("augmented", ARMS));
    const { comparison, runs } = await runExperiment(spec, { out, report });
    const uses = comparison!.arms.map((one) => [one.name, /rand-augment.*$/.exec(one.uses)?.[0]]);
    expect(uses).toEqual([
      ["source-only", undefined],
      ["strong", "rand-augment (n 2, magnitude 25)"],
      ["weak", "rand-augment (n 2, magnitude 3)"],
      ["later", undefined],
    ]);
    const config = await readFile(join(runs[1]!.folder, "config.yaml"), "utf8");
    expect(config).toMatch(/augment:\n\s+rand-augment:\n\s+n: 2\n\s+magnitude: 25/);
    const heads = runs
      .slice(0, 3)
      .map(({ folder: of }) => readFile(join(of, "checkpoint.safetensors"), "hex"));
    expect(new Set(await Promise.all(heads)).size).toBe(3);
    const keys = runs.map(({ folder: of }) => readRun(of).then(({ key }) => key));
    expect(new Set(await Promise.all(keys)).size).toBe(4);
  });

  it("has activations of its own, which a plan counts", async () => {
    const spec = await loadExperiment(await experiment("counted", ARMS));
    const source = { scene: "scenes/standard.yaml", count: 20, val: 4 };
    const { strong, ...usual } = spec.arms;
    const { later: _later, ...without } = usual;
    const planned = (arms: ExperimentSpec["arms"]) =>
      dryRun({ ...spec, source, arms }, { out: join(folder, "counted"), report: join(folder, "none") });
    const more = await planned({ ...without, strong: strong! });
    expect(more.activations - (await planned(without)).activations).toBe(20 * 2);
  });
});

describe("a curve over the number of labels", () => {
  it("has the spread of its draws, and what renders are worth", async () => {
    process.env.ANTBEE_CACHE = env.ANTBEE_CACHE;
    const exactOn = (on: string) => `phases: [{on: ${on}, train: head, optimizer: exact, c: 1}]`;
    const path = await experiment(
      "curve",
      `  renders: {track: source-only, ${exactOn("source")}}
  one: {track: k-shot, k: 1, ${exactOn("target")}}
  two: {track: k-shot, k: 2, draws: 4, ${exactOn("target")}}
  all: {track: oracle, ${exactOn("target")}}`,
    );
    const report = join(folder, "curve-report");
    const run = () => runExperiment({ ...spec, seeds: [0, 1] }, { out: join(folder, "curve"), report });
    const spec = await loadExperiment(path);
    const { comparison } = await run();
    const [renders, one, two, all] = comparison!.arms.filter(({ track }) => track !== "zero-training");
    expect([renders, all].map((arm) => arm!.draws)).toEqual([null, null]);
    expect(one!.draws!.map((seed) => seed.length)).toEqual([20, 20]);
    expect(two!.draws!.map((seed) => seed.length)).toEqual([4, 4]);
    expect(two!.draws!.map((seed) => seed[0])).toEqual(two!.target.accuracy.values);
    const [worth] = comparison!.worth;
    expect(worth!.renders).toBe("renders");
    expect(worth!.photographs.map(({ arm, draws }) => [arm, draws])).toEqual([
      ["one", 20],
      ["two", 4],
      ["all", 1],
    ]);
    expect(await readDraws(join(report, "predictions/two/seed-1/folder-draws.csv"))).toEqual(
      await readDraws(join(folder, "curve/curve/two/seed-1/draws/folder.csv")),
    );
    expect((await run()).comparison!.worth).toEqual(comparison!.worth);
    await writeFile(join(folder, "curve/curve/two/seed-1/draws/folder.csv"), "id,draw_1\n");
    await expect(run()).rejects.toMatchObject(
      fault(2, /draws\/folder\.csv: expected the file that the run wrote/),
    );
  }, 120_000);
});

describe("two methods that differ only in a captured value", () => {
  const ARMS: ExperimentSpec["arms"] = {
    "source-only": {
      track: "source-only",
      phases: [{ on: "source", train: "head", lr: 1e-3, epochs: 2, select: "last" }],
    },
  };
  /** Adds a number to the head's biases. @param declared whether it says which */
  const shifted = (by: number, declared: boolean): Method => ({
    name: "shifted",
    track: "unlabelled",
    needs: { source: "nothing", target: "images" },
    reference: "of one's own",
    options: declared ? { by } : undefined,
    run: async ({ model }) => {
      const bias = model.weights["classifier.1.bias"]!;
      const moved = { ...bias, data: bias.data.map((v, k) => v + k * by) };
      return { ...model, weights: { ...model.weights, "classifier.1.bias": moved } };
    },
  });
  const run = (name: string, method: Method, out: string) => {
    const spec: ExperimentSpec = {
      name,
      source: { dataset: join(folder, "renders") },
      target: { dir: join(folder, "photos") },
      backbone: { name: "objectron_mobilenet_v2" },
      views: 1,
      arms: { ...ARMS, mine: { track: "unlabelled", from: "source-only", method } },
    };
    return runExperiment(spec, { out: join(folder, out), report: join(folder, `${out}-${name}-report`) });
  };
  const answers = (name: string, out: string) =>
    readFile(join(folder, out, name, "mine", "seed-0", "predictions", "folder.csv"), "utf8");

  beforeAll(() => {
    process.env.ANTBEE_CACHE = env.ANTBEE_CACHE;
  });

  it("are two runs where they declare it: the second is refused the first one's folder", async () => {
    const first = await run("declared", shifted(0.1, true), "captured");
    expect(first.tally).toMatchObject({ trained: 2, trainedReused: 0 });
    const again = await run("declared", shifted(0.1, true), "captured");
    expect(again.tally).toMatchObject({ trained: 0, trainedReused: 2 });
    await expect(run("declared", shifted(10, true), "captured")).rejects.toMatchObject(
      fault(2, /mine\/seed-0\/config\.yaml: expected this experiment's configuration/),
    );
  }, 120_000);

  it("are never taken for one another where they do not", async () => {
    await run("undeclared", shifted(0.1, false), "captured");
    const before = await answers("undeclared", "captured");
    const { tally, runs } = await run("undeclared", shifted(10, false), "captured");
    expect(tally).toMatchObject({ trained: 1, trainedReused: 1 });
    expect(runs.map(({ reused }) => reused)).toEqual([true, false]);
    expect(await answers("undeclared", "captured")).not.toBe(before);
  }, 120_000);
});
