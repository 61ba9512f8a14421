import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { backbonesOf, checkExperiment, loadExperiment } from "../../src/experiment/spec/experiment.js";
import { lineage, usesSynthetic } from "../../src/experiment/spec/lineage.js";
import { packageFile } from "../../src/shared/roots.js";
import { fault, temporaryFolder } from "../support.js";

const HEAD = `
name: trial
source: {scene: scenes/standard.yaml, count: 100, val: 20}
target: {dataset: hymenoptera}
backbone: {name: tf_mobilenet_v2}
`;

async function load(text: string) {
  const path = join(await temporaryFolder(), "trial.yaml");
  await writeFile(path, text);
  return open(path);
}

const open = async (path: string, backbone?: string) =>
  checkExperiment(await loadExperiment(path), { where: path, backbone });

const arms = (text: string) => load(`${HEAD}arms:\n${text}`);

const SOURCE = "{track: source-only, phases: [{on: source, train: head, lr: 1e-3, epochs: 2}]}";
const TARGET_PHASE = "phases: [{on: target, train: head, lr: 1e-3, epochs: 2}]";

const target = (options: string, train = "head") =>
  `{on: target, train: ${train}, lr: 1e-3, epochs: 2${options && `, ${options}`}}`;
const one = (options: string, train?: string) => `  a: {track: oracle, phases: [${target(options, train)}]}`;

describe("an experiment file", () => {
  it("fills defaults, adds the zero-training bound and puts parents first", async () => {
    const experiment = await arms(`
  full: {from: base, track: full, ${TARGET_PHASE}}
  base: ${SOURCE}
  oracle: {track: oracle, ${TARGET_PHASE}}`);
    expect(experiment).toMatchObject({ views: 4, seeds: [0], backbone: { weights: "imagenet1k" } });
    expect(experiment.arms.map((a) => a.name)).toEqual(["zero-training", "base", "full", "oracle"]);
    const full = experiment.arms.find((a) => a.name === "full")!;
    expect(lineage(full, experiment.arms).map((a) => a.name)).toEqual(["base", "full"]);
    expect(usesSynthetic(full, experiment.arms)).toBe(true);
    expect(usesSynthetic(experiment.arms.at(-1)!, experiment.arms)).toBe(false);
  });

  it("holds an experiment for each backbone of a list", async () => {
    const path = packageFile("scenes/experiments/tutorial.yaml");
    const names = ["resnet18", "alexnet", "vgg16", "squeezenet1_0", "densenet121"];
    expect(backbonesOf(await loadExperiment(path))).toEqual(names);
    expect(await open(path)).toMatchObject({
      name: "tutorial-resnet18",
      backbone: { name: "resnet18" },
    });
    expect(await open(path, "vgg16")).toMatchObject({ name: "tutorial-vgg16" });
    const demo = packageFile("scenes/experiments/demo.yaml");
    expect((await open(demo, "tf_mobilenet_v2")).name).toBe("demo");
    expect(await open(demo, "resnet18")).toMatchObject({
      name: "demo-resnet18",
      backbone: { name: "resnet18" },
    });
  });

  it("reads the demo", async () => {
    const demo = await open(packageFile("scenes/experiments/demo.yaml"));
    expect(demo.arms.map((a) => a.name)).toEqual([
      "zero-training",
      "source-only",
      "full-frozen",
      "full-low-lr",
      "oracle",
    ]);
  });

  const bad: [string, string, RegExp][] = [
    [
      "an unknown key",
      `  a: {track: source-only, colour: red}`,
      /arms\.a\.colour: expected no such key, found an unknown key/,
    ],
    [
      "an unknown track",
      `  a: {track: best}`,
      /arms\.a\.track: expected one of zero-training, .*found "best"/,
    ],
    [
      "an unknown parent",
      `  a: {from: b, track: full, ${TARGET_PHASE}}`,
      /arms\.a\.from: expected the name of another arm, found "b"/,
    ],
    [
      "a circle",
      `  a: {from: b, track: full, ${TARGET_PHASE}}\n  b: {from: a, track: full, ${TARGET_PHASE}}`,
      /from: expected no circle, found a -> b -> a/,
    ],
    [
      "a source-only arm on the target",
      `  a: {track: source-only, ${TARGET_PHASE}}`,
      /arms\.a\.phases\.0\.on: expected training on source only .*found "target"/,
    ],
    [
      "an oracle that starts from renders",
      `  s: ${SOURCE}\n  a: {from: s, track: oracle, ${TARGET_PHASE}}`,
      /arms\.a\.from: expected a parent .*found s \(source-only\)/,
    ],
    [
      "an unlabelled arm from labels",
      `  s: ${SOURCE}\n  f: {from: s, track: full, ${TARGET_PHASE}}\n  u: {from: f, track: unlabelled, method: mcc}`,
      /arms\.u\.from/,
    ],
    [
      "k-shot without k",
      `  a: {track: k-shot, ${TARGET_PHASE}}`,
      /arms\.a\.k: expected the labels a class, found nothing/,
    ],
    ["an arm without a phase", `  a: {track: oracle}`, /arms\.a\.phases: expected at least one phase/],
    [
      "a learning rate of zero",
      `  a: {track: oracle, phases: [{on: target, train: head, lr: 0, epochs: 2}]}`,
      /phases\.0\.lr: expected a number above 0, found 0/,
    ],
    [
      "rates by stage where the head alone learns",
      one("decay: 0.5"),
      /0\.decay: expected more than the head/,
    ],
    [
      "a probe as long as the phase",
      one("probe: 2", "all"),
      /probe: expected fewer than the phase's 2 epochs/,
    ],
    [
      "a probe and a thaw",
      one("probe: 1, unfreeze: {every: 1}", "all"),
      /probe: expected either probe or unfreeze/,
    ],
    ["an unknown shape", one("schedule: {linear: {}}"), /phases\.0\.schedule/],
    ["a warm-up of the whole", one("schedule: {cosine: {warmup: 1}}"), /warmup: expected a number below 1/],
    ["patience on target", one("patience: 2"), /patience: expected a phase on source/],
    [
      "renders in an oracle",
      "  a: {track: oracle, phases: [{on: [source, target], train: head, lr: 1, epochs: 1}]}",
      /phases\.0\.on: expected training on target only \(oracle track\)/,
    ],
    [
      "a choice by folds after labels were learned without",
      `  a: {track: full, phases: [${target("select: last")}, ${target("")}]}`,
      /phases\.1\.select: expected "last"/,
    ],
    [
      "a method without a start",
      "  a: {track: unlabelled, method: mcc}",
      /from: expected an arm that learned on source/,
    ],
    [
      "half an epoch",
      `  a: {track: oracle, phases: [{on: target, train: head, lr: 1, epochs: 0.5}]}`,
      /phases\.0\.epochs: expected a whole number, found 0\.5/,
    ],
  ];
  it.each(bad)("refuses %s", async (_what, text, message) => {
    const error = await arms(text).catch((e) => e);
    expect(error.message).toMatch(message);
    expect(error.exitCode).toBe(2);
    expect(error.message).not.toContain("\n");
  });

  it("takes schedules, and methods on labels", async () => {
    const { arms: all } = await arms(`
  s: ${SOURCE}
  f: {from: s, track: full, phases: [${target("schedule: {cosine: {}}, decay: 0.4, l2sp: {alpha: 0.1, beta: 0}", "all")}]}
  k: {from: s, track: k-shot, k: 2, method: few-shot}
  r: {track: k-shot, k: 2, phases: [{on: {source: 0.5, target: 1}, train: head, lr: 1e-3, epochs: 2}]}
  o: {track: k-shot, k: 2, ${TARGET_PHASE}}`);
    expect(all.find((a) => a.name === "f")!.phases[0]).toMatchObject({ schedule: { cosine: { warmup: 0 } } });
    expect(["f", "k", "r", "o"].map((n) => usesSynthetic(all.find((a) => a.name === n)!, all))).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });

  it("makes methods of their options, checked against each method's own schema", async () => {
    const unlabelled = (method: string) =>
      `  s: ${SOURCE}\n  m: {from: s, track: unlabelled, method: ${method}}`;
    const methodOf = async (method: string) => (await arms(unlabelled(method))).arms.at(-1)!.method!;
    const tuned = await methodOf("{dann: {weight: 0.5, from: features.18, epochs: 10}}");
    expect(tuned.options).toMatchObject({ weight: 0.5, from: "features.18", epochs: 10, batch: 32 });
    expect((await methodOf("dann")).options).toMatchObject({ weight: 1 });
    const bad: [string, RegExp][] = [
      ["{dann: {wieght: 1}}", /trial\.yaml: arms\.m\.method\.dann: wieght: expected no such key/],
      ["{dann: {weight: -1}}", /method\.dann: weight: expected a number of at least 0, found -1/],
      ["{dann: {}, mcc: {}}", /arms\.m\.method: expected one method, found 2/],
      ["few-shot", /arms\.m\.method: expected one of adabn, .*, found "few-shot"/],
      ["toString", /arms\.m\.method: expected one of adabn, .*, found "toString"/],
    ];
    for (const [method, message] of bad)
      await expect(methodOf(method)).rejects.toMatchObject(fault(2, message));
  });

  it("takes exact heads, joint phases and averages, each checked by its own form", async () => {
    const full = (phases: string) => arms(`  s: ${SOURCE}\n  f: {from: s, track: full, phases: [${phases}]}`);
    const EXACT = "{on: [source, target], train: head, optimizer: exact}";
    const { arms: all } = await full(`${EXACT}, {average: {with: s, share: 0.3}}`);
    expect(all.at(-1)!.phases).toEqual([
      { on: ["source", "target"], train: "head", optimizer: "exact", scaling: "normalised" },
      { average: { with: "s", share: 0.3 } },
    ]);
    const bad: [string, RegExp][] = [
      ["{on: target, train: all, optimizer: exact}", /phases\.0\.train: expected head, found "all"/],
      ["{on: target, train: head, optimizer: exact, lr: 1}", /phases\.0\.lr: expected no such key/],
      ["{on: {source: 1}, train: head, lr: 1, epochs: 1}", /phases\.0\.on/],
      [
        `${EXACT}, {average: {with: f}}`,
        /phases\.1\.average\.with: expected an arm that this one starts from: s, found "f"/,
      ],
      [
        `${EXACT}, {average: {with: s, share: 2}}`,
        /phases\.1\.average\.share: expected a number of at most 1/,
      ],
      [
        `${target("select: last")}, {on: target, train: head, optimizer: exact}`,
        /phases\.1\.c: expected a strength/,
      ],
    ];
    for (const [phases, message] of bad) await expect(full(phases)).rejects.toMatchObject(fault(2, message));
    const unlabelled = arms(
      `  s: ${SOURCE}\n  u: {from: s, track: unlabelled, method: mcc, phases: [${EXACT}]}`,
    );
    await expect(unlabelled).rejects.toMatchObject(fault(2, /training on source only \(unlabelled track\)/));
  });

  it("fills the options of an arm's augmentation, which no arm takes over from another", async () => {
    const augmented = (augment: string) => SOURCE.replace("{track", `{augment: ${augment}, track`);
    const all = await arms(`
  base: ${augmented("rand-augment")}
  more: ${augmented("{rand-augment: {magnitude: 20}}")}
  full: {from: base, track: full, ${TARGET_PHASE}}`);
    expect(all.arms.map(({ name, augment }) => [name, augment])).toEqual([
      ["zero-training", undefined],
      ["base", { "rand-augment": { n: 2, magnitude: 9 } }],
      ["more", { "rand-augment": { n: 2, magnitude: 20 } }],
      ["full", undefined],
    ]);
  });

  it("draws the labels of exact heads that cost little twenty times, and refuses draws of anything slower", async () => {
    const shots = async (arm: string, k = 2) => {
      const { arms: all } = await arms(`  s: ${SOURCE}\n  k: {track: k-shot, k: ${k}, ${arm}}`);
      return all.at(-1)!.draws;
    };
    const exactOn = (on: string) => `phases: [{on: ${on}, train: head, optimizer: exact}]`;
    expect(await shots(exactOn("target"))).toBe(20);
    expect(await shots(`draws: 3, ${exactOn("target")}`)).toBe(3);
    expect(await shots(exactOn("target"), 5)).toBe(20);
    expect(await shots(exactOn("[source, target]"))).toBe(20);
    expect(await shots(exactOn("[source, target]"), 5)).toBeUndefined();
    expect(await shots(`draws: 3, ${exactOn("[source, target]")}`)).toBe(3);
    expect(await shots(`phases: [${target("select: last")}]`)).toBeUndefined();
    for (const bad of [`phases: [${target("select: last")}]`, "from: s, method: few-shot"])
      await expect(shots(`draws: 2, ${bad}`)).rejects.toMatchObject(
        fault(2, /arms\.k\.draws: expected 1, unless .*exact.*, found 2/),
      );
  });

  it("names the line of a YAML fault, a doubled key and a doubled seed", async () => {
    await expect(load("name: [")).rejects.toThrow(/trial\.yaml:1: expected YAML/);
    await expect(load("name: a\nname: b\n")).rejects.toThrow(/trial\.yaml:2: expected YAML, found .*unique/);
    await expect(load(`${HEAD}seeds: [1, 1]\narms: {}`)).rejects.toThrow(/seeds: expected each seed once/);
  });
});
