/** Made-up but realistic predictions: image difficulties that arms share, skills, and seeds that differ a little. */

import type { FeatureView } from "../../eval/comparison/domains.js";
import type { ArmInput, Caveat, ComparisonInput, EpochRecord, SeedRun } from "../../eval/comparison/input.js";
import type { ImageStatistics } from "../../eval/images/image-statistics.js";
import type { Checkpoint } from "../../eval/statistics/regret.js";
import { stream } from "../../src/shared/rng.js";
import type { Predictions, Track } from "../../src/shared/types.js";

export const CLASSES = ["ants", "bees"];
export const THREE_CLASSES = ["ants", "bees", "wasps"];

/** Target images of each class, 153 in all. */
const targetCounts = (classes: readonly string[]) => (classes.length === 3 ? [50, 60, 43] : [70, 83]);
const each = (count: number, classes: readonly string[]) => classes.map(() => count);

/** `skill` is the mean logit of the true class: 0 is chance, 2 is about .85, 4 about .98. */
export function madeUpPredictions(
  dataset: string,
  counts: readonly number[],
  skill: number,
  seed: number,
  classes = CLASSES,
): Predictions {
  const difficulties = stream(7, dataset, "difficulty");
  const noises = stream(seed, dataset, "noise", skill);
  const rows = classes.flatMap((label, k) =>
    Array.from({ length: counts[k]! }, (_, i) => {
      const logit = skill + difficulties.normal(0, 1.7) + noises.normal(0, 0.6);
      const ofTruth = 1 / (1 + Math.exp(-logit));
      // What is left goes to the next class.
      const next = (k + 1) % classes.length;
      const p = classes.map((_c, j) => (j === k ? ofTruth : j === next ? 1 - ofTruth : 0));
      return { id: `val/${label}/${String(i).padStart(6, "0")}.jpg`, split: "val", label, p };
    }),
  );
  return { dataset, classes, rows };
}

interface MadeUpArm {
  name: string;
  track: Track;
  k?: number;
  synthetic?: boolean;
  /** Mean logits on renders and on the target. */
  source: number | null;
  target: number;
}

const ARMS: MadeUpArm[] = [
  { name: "zero-training", track: "zero-training", synthetic: false, source: null, target: 5.5 },
  { name: "source-only", track: "source-only", source: 4.2, target: 1.5 },
  { name: "feature-statistics", track: "unlabelled", source: 3.9, target: 1.9 },
  { name: "self-training", track: "unlabelled", source: 3.6, target: 2.8 },
  { name: "2-shot", track: "k-shot", k: 2, source: 4, target: 2.2 },
  { name: "2-shot-no-renders", track: "k-shot", k: 2, synthetic: false, source: null, target: 0.9 },
  { name: "10-shot", track: "k-shot", k: 10, source: 3.9, target: 2.6 },
  { name: "10-shot-no-renders", track: "k-shot", k: 10, synthetic: false, source: null, target: 1.9 },
  { name: "full-frozen", track: "full", source: 3.7, target: 2.9 },
  { name: "full-low-lr", track: "full", source: 3.5, target: 3.1 },
  { name: "oracle", track: "oracle", synthetic: false, source: 1.5, target: 3.4 },
];

export const CAVEATS: Caveat[] = [
  { about: "weights", statement: "The weights had seen the target's classes." },
  { about: "source", statement: "The renderer was made with the target's photographs in view." },
];

export function madeUpArm(arm: MadeUpArm, seeds: number[], classes = CLASSES): ArmInput {
  return {
    name: arm.name,
    track: arm.track,
    k: arm.k ?? null,
    synthetic: arm.synthetic ?? true,
    uses: arm.track === "full" ? "all target train labels" : "no target label",
    caveats: CAVEATS,
    runs: (arm.track === "zero-training" ? [seeds[0]!] : seeds).map((seed) => madeUpRun(arm, seed, classes)),
  };
}

function madeUpRun(arm: MadeUpArm, seed: number, classes: string[]): SeedRun {
  const renders = (skill: number) => madeUpPredictions("renders", each(100, classes), skill, seed, classes);
  const adapted = arm.source !== null && arm.track !== "source-only" && arm.track !== "oracle";
  return {
    seed,
    source: arm.source === null ? null : renders(arm.source),
    before: adapted ? renders(4.2) : null,
    target: madeUpPredictions("hymenoptera", targetCounts(classes), arm.target, seed, classes),
    seconds: 40 + seed,
    history: arm.track === "zero-training" ? [] : madeUpHistory(arm.target, seed),
  };
}

function madeUpHistory(skill: number, seed: number) {
  return Array.from({ length: 12 }, (_, i) => ({
    phase: i < 8 ? "freeze" : "low learning rate",
    epoch: (i % 8) + 1,
    trainLoss: 0.7 * Math.exp(-i / 4),
    trainAccuracy: 1 - 0.45 * Math.exp(-(i + seed / 5) / 2.5),
    valLoss: 0.75 * Math.exp(-i / 5),
    valAccuracy: 1 - (0.6 / skill) * Math.exp(-i / 3) - 0.1 / skill,
  }));
}

/** A comparison with an arm of every track. */
export function madeUpInput(
  seeds = [0, 1, 2, 3, 4],
  changes: Partial<ComparisonInput> = {},
  classes = CLASSES,
): ComparisonInput {
  return {
    experiment: "baseline",
    backend: "wasm",
    target: { dataset: "hymenoptera", kind: "real", split: "val", n: 153 },
    source: { scene: "scenes/standard.yaml", sha256: "5e1f".repeat(16), n: 1000 },
    backbone: {
      name: "tf_mobilenet_v2",
      weights: "imagenet1k",
      sha256: "c0ffee00".repeat(8),
      pretraining: "ImageNet-1k, 1,000 classes",
    },
    arms: ARMS.map((arm) => madeUpArm(arm, seeds, classes)),
    selection: Object.fromEntries(ARMS.map((arm) => [arm.name, "source validation accuracy"])),
    ledger: [
      {
        configHash: "ab".repeat(32),
        reason: "final figures of baseline",
        dataset: "hymenoptera",
        split: "val",
        when: "2026-01-01T00:00:00Z",
      },
    ],
    environment: { command: "npx antbee run scenes/experiments/baseline.yaml", node: "v20.20.0", cpus: 2 },
    inputs: [{ name: "hymenoptera val", path: "data/hymenoptera_data", sha256: "9f".repeat(32) }],
    preview: false,
    ...changes,
  };
}

/** The same with everything that a report may show: features, statistics, background, duplicates, validators. */
export function madeUpRichInput(seeds = [0, 1], classes = CLASSES): ComparisonInput {
  const input = madeUpInput(seeds, {}, classes);
  for (const { track, runs } of input.arms)
    if (track === "unlabelled") for (const run of runs) run.checkpoints = run.history!.map(madeUpCheckpoint);
  return {
    ...input,
    features: ["source-only", "full-low-lr"].map((name, i) => madeUpFeatures([name], 2 - i, classes)),
    statistics: { source: madeUpStatistics(0.6), target: madeUpStatistics(0.45) },
    background: seeds.map((seed) => ({
      seed,
      source: madeUpPredictions("background-source", each(50, classes), 1, seed, classes),
      target: madeUpPredictions("background-hymenoptera", targetCounts(classes), 0.2, seed, classes),
    })),
    duplicates: {
      dataset: "hymenoptera",
      images: 397,
      method: "Near: alike.",
      exact: [{ place: "within a split", ids: ["train/ants/a.jpg", "train/ants/b.jpg"] }],
      near: [
        {
          place: "between splits",
          a: "train/bees/c.jpg",
          b: "val/bees/d.jpg",
          distance: 3,
          correlation: 0.97,
          cosine: 0.93,
          mirrored: true,
        },
      ],
    },
  };
}

function madeUpCheckpoint({ valAccuracy }: EpochRecord, i: number): Checkpoint {
  const accuracy = valAccuracy!;
  const scores = {
    sourceAccuracy: 1 - accuracy,
    meanEntropy: 1 - accuracy,
    im: accuracy,
    bnm: 0.5,
    snd: 2,
  };
  return { epoch: i + 1, scores, accuracy };
}

function madeUpFeatures(arms: string[], apart: number, classes: string[]): FeatureView {
  const of = (domain: number) => {
    const draw = stream(domain, "features", apart);
    const data = Float32Array.from({ length: 40 * 8 }, () => draw.normal(domain * apart, 1));
    const labels = Array.from({ length: 40 }, (_, i) => classes[i % classes.length]!);
    return { features: { rows: 40, columns: 8, data }, labels };
  };
  return { arms, seed: 0, source: of(0), target: of(1) };
}

function madeUpStatistics(brightness: number): ImageStatistics[] {
  const draw = stream(1, "statistics", brightness);
  return Array.from({ length: 30 }, () => ({
    brightness: brightness + draw.normal(0, 0.1),
    contrast: draw.uniform(0.1, 0.3),
    colourfulness: draw.uniform(0, 0.5),
    warmth: draw.normal(0, 0.1),
    sharpness: draw.uniform(0, 0.2),
  }));
}
