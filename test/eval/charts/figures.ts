/** Figures of a report, written by hand for charts: three classes, two seeds, one of everything. */
import type { Arm, Comparison, Embedding } from "../../../eval/comparison/schema.js";

export const CLASSES = ["ants", "bees", "wasps"];

const interval = (mean: number, ...values: number[]) => ({
  mean,
  low: mean - 0.05,
  high: mean + 0.04,
  n: 60,
  values: values.length > 0 ? values : [mean - 0.01, mean + 0.01],
  method: "by hand",
});

function arm(name: string, accuracy: number, more: Partial<Arm>): Arm {
  const correct = Math.round(20 * accuracy);
  return {
    name,
    experiment: null,
    track: "source-only",
    k: null,
    synthetic: true,
    unlabelled: more.track === "unlabelled",
    uses: "no target label",
    seeds: [0, 1],
    source: { accuracy: interval(0.93), before: null },
    target: {
      accuracy: interval(accuracy),
      perClass: CLASSES.map((name) => ({
        class: name,
        support: 20,
        precision: accuracy,
        recall: accuracy,
        f1: accuracy,
        recallInterval: interval(accuracy),
      })),
      ece: 0.08,
      eceFloor: 0.04,
      nll: 0.5,
      brier: 0.3,
      confusion: CLASSES.map((_, i) => CLASSES.map((_, j) => (i === j ? correct : (20 - correct) / 2))),
      reliability: [
        { low: 0.4, high: 0.5, n: 0, confidence: null, accuracy: null },
        { low: 0.5, high: 0.6, n: 12, confidence: 0.55, accuracy: 0.4 },
        { low: 0.9, high: 1, n: 48, confidence: 0.97, accuracy },
      ],
      temperature: { value: 1.5, fittedOn: "held-out renders", ece: 0.05, nll: 0.45 },
    },
    gap: interval(0.93 - accuracy),
    gapClosed: null,
    seconds: 12,
    curves: [],
    regret: [],
    draws: null,
    cautions: [],
    ...more,
  };
}

const curves: Arm["curves"] = [0, 1].flatMap((seed) =>
  [1, 2, 3].map((epoch) => ({
    seed,
    phase: "head",
    epoch,
    trainLoss: 1 / epoch,
    trainAccuracy: 0.5 + epoch / 10 + seed / 50,
    valLoss: 1.2 / epoch,
    valAccuracy: 0.45 + epoch / 10,
  })),
);

const regret: Arm["regret"] = [
  { validator: "im", selected: 0.8, last: 0.78, best: 0.84, regret: 0.04 },
  { validator: "snd", selected: 0.84, last: 0.78, best: 0.84, regret: 0 },
];

export const ARMS: Arm[] = [
  arm("source-only", 0.75, { curves }),
  arm("self-training", 0.8, { track: "unlabelled", curves, regret }),
  arm("2-shot", 0.82, { track: "k-shot", k: 2 }),
  arm("2-shot-no-renders", 0.6, { track: "k-shot", k: 2, synthetic: false }),
  arm("10-shot", 0.9, { track: "k-shot", k: 10 }),
  arm("10-shot-no-renders", 0.85, { track: "k-shot", k: 10, synthetic: false }),
  arm("oracle", 0.95, { track: "oracle", synthetic: false, source: { accuracy: null, before: null } }),
];

export const PAIRS: Comparison["pairs"] = [
  {
    a: "self-training",
    b: "source-only",
    difference: interval(0.05),
    p: 0.02,
    pAdjusted: 0.04,
    shown: true,
    mcnemar: [
      { seed: 0, b: 6, c: 2, p: 0.289, pHolm: 0.578 },
      { seed: 1, b: 7, c: 1, p: 0.07, pHolm: 0.14 },
    ],
  },
  {
    a: "10-shot-no-renders",
    b: "10-shot",
    difference: interval(-0.05),
    p: 0.2,
    pAdjusted: null,
    shown: false,
    mcnemar: [],
  },
];

export const FAMILIES: Comparison["families"] = [
  { experiment: null, arms: ["self-training", "10-shot"], pairs: [], declared: true, changed: false },
];

export const UPLIFT: Comparison["uplift"] = [
  { k: 2, arm: "2-shot", draws: 1, without: "2-shot-no-renders", difference: interval(0.22) },
  { k: 10, arm: "10-shot", draws: 1, without: "10-shot-no-renders", difference: interval(0.05) },
];

const spread = (mean: number) => ({
  mean,
  std: 0.1,
  p10: mean - 0.15,
  median: mean + 0.01,
  p90: mean + 0.12,
});
export const STATISTICS: Comparison["statistics"] = [
  { name: "brightness", source: spread(0.5), target: spread(0.45), difference: 0.5 },
  { name: "warmth", source: spread(-0.02), target: spread(0.01), difference: -0.3 },
];

export const BACKGROUND = { seeds: [0, 1], source: interval(0.4), target: interval(0.35) };

export const DISTANCES: Comparison["distances"] = [
  {
    arms: ["source-only", "2-shot"],
    seed: 0,
    proxyA: { value: 1.7, floor: 0.2 },
    mmd2: { mmd2: 0.12, p: 0.002, bandwidth: 3, floor: -0.001, floorP: 0.6 },
    kernel: { value: 0.4, floor: 0.01 },
  },
];

/** A spiral of points, a class and a domain in turn. */
const points: Embedding["points"] = Array.from({ length: 12 }, (_, i) => {
  const at: [number, number] = [i * (i % 2 ? 1 : -1), (i * i) / 4];
  return { domain: i < 6 ? "source" : "target", class: CLASSES[i % 3]!, pca: at };
});
export const EMBEDDINGS: Embedding[] = [
  { arms: ["source-only"], seed: 0, explained: [0.6, 0.2], points },
  { arms: ["oracle"], seed: 0, explained: [0.5, 0.3], points },
];
