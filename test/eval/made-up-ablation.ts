/** Made-up runs of an ablation: seeds that differ a little, on images whose difficulties they share. */
import { type AblationInput, describeAblation, type VariantInput } from "../../eval/ablation/describe.js";
import { madeUpPredictions } from "./made-up.js";

export const PER_CLASS = [70, 83];
/** `skill` is the mean logit of the true class. */
export const variant = (
  name: string,
  skill: number,
  seeds: readonly number[],
  more: Partial<VariantInput> = {},
) =>
  ({
    name,
    kind: "factor",
    factor: name,
    count: 100,
    sha256: "0".repeat(64),
    runs: seeds.map((seed) => ({
      seed,
      renders: madeUpPredictions(`renders-${seed}`, [20, 20], 4, seed),
      target: madeUpPredictions("photos", PER_CLASS, skill, seed),
    })),
    ...more,
  }) as VariantInput;

export const SEEDS = [0, 1, 2];
export const full = (seeds = SEEDS) => variant("full-100", 1.5, seeds, { kind: "full", factor: null });

export const input = (...variants: VariantInput[]): AblationInput => ({
  experiment: "made up",
  arm: "source-only",
  backend: "none",
  target: { dataset: "photos", kind: "real", split: "train", n: 153 },
  source: { scene: "scene.yaml", sha256: "1".repeat(64), held: 40 },
  backbone: { name: "net", weights: "w", sha256: "2".repeat(64), pretraining: "none" },
  cautions: ["The <b>renderer</b> has seen them."],
  environment: { command: "npx antbee ablate made-up.yaml" },
  inputs: [],
  variants: [full(), ...variants],
});

export const ablation = describeAblation(
  input(
    variant("light", 0.2, SEEDS),
    variant("sensor", 1.45, SEEDS),
    variant("lasius", 1.4, SEEDS, { kind: "preset" }),
    variant("full-50", 1.3, SEEDS, { kind: "count", factor: null, count: 50 }),
  ),
);
