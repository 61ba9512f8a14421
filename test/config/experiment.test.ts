import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { lineage, loadExperiment, usesSynthetic } from "../../src/config/experiment.js";
import { packageFile } from "../../src/shared/roots.js";
import { temporaryFolder } from "../support.js";

const HEAD = `
name: trial
source: {scene: scenes/standard.yaml, count: 100, val: 20}
target: {dataset: hymenoptera}
backbone: {name: tf_mobilenet_v2}
`;

async function load(text: string) {
  const path = join(await temporaryFolder(), "trial.yaml");
  await writeFile(path, text);
  return loadExperiment(path);
}

const arms = (text: string) => load(`${HEAD}arms:\n${text}`);

const SOURCE = "{track: source-only, phases: [{on: source, train: head, lr: 1e-3, epochs: 2}]}";
const TARGET_PHASE = "phases: [{on: target, train: head, lr: 1e-3, epochs: 2}]";

describe("loadExperiment", () => {
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

  it("reads the demo", async () => {
    const demo = await loadExperiment(packageFile("scenes/experiments/demo.yaml"));
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
      `  s: ${SOURCE}\n  f: {from: s, track: full, ${TARGET_PHASE}}\n  u: {from: f, track: unlabelled, method: m}`,
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

  it("names the line of a YAML fault, a doubled key and a doubled seed", async () => {
    await expect(load("name: [")).rejects.toThrow(/trial\.yaml:1: expected YAML/);
    await expect(load("name: a\nname: b\n")).rejects.toThrow(/trial\.yaml:2: expected YAML, found .*unique/);
    await expect(load(`${HEAD}seeds: [1, 1]\narms: {}`)).rejects.toThrow(/seeds: expected each seed once/);
  });
});
