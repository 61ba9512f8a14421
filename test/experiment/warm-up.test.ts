/** What is computed before arms train: the views that they will read, and no others. */
import { describe, expect, it } from "vitest";
import { labeledImages } from "../../adapt/images/images.js";
import { checkExperiment } from "../../src/experiment/spec/experiment.js";
import type { ExperimentSpec } from "../../src/experiment/spec/schema.js";
import { trainedSources } from "../../src/experiment/train/warm-up.js";

const descent = { on: "source", train: "head", lr: 1e-3, epochs: 2 } as const;
const exact = { on: "source", train: "head", optimizer: "exact" } as const;
const BASE: ExperimentSpec["arms"] = { sgd: { track: "source-only", phases: [descent] } };

function purposes(arms: ExperimentSpec["arms"]) {
  const train = labeledImages([]);
  const spec = {
    name: "trial",
    source: { scene: "scenes/standard.yaml", count: 10, val: 2 },
    target: { dataset: "hymenoptera" },
    backbone: { name: "tf_mobilenet_v2" },
    arms,
  };
  const experiment = checkExperiment(spec, { where: "trial.yaml" });
  const source = { train, val: train, trainUnder: () => train };
  return trainedSources(source, experiment.arms).map(({ purpose }) => purpose);
}

describe("the source's training images are asked for the views that are read:", () => {
  it.each<[string, ExperimentSpec["arms"], string[]]>([
    ["descent, the augmented ones", BASE, ["training"]],
    [
      "exact heads, the evaluation view",
      { exact: { track: "source-only", phases: [exact] } },
      ["evaluation"],
    ],
    ["one of each, both", { ...BASE, exact: { track: "source-only", phases: [exact] } }, ["both"]],
    ["a method, both", { ...BASE, mcc: { from: "sgd", track: "unlabelled", method: "mcc" } }, ["both"]],
    [
      "an augmentation, by its own arms",
      {
        exact: { track: "source-only", phases: [exact] },
        strong: { track: "source-only", augment: "rand-augment", phases: [descent] },
      },
      ["evaluation", "training"],
    ],
  ])("%s", (_, arms, expected) => {
    expect(purposes(arms)).toEqual(expected);
  });
});
