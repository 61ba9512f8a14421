/**
 * Class-balanced self-training: the model labels the target images it is surest of, the same number for each class,
 * learns from them, and takes in more of them round by round.
 */

import type { Model } from "../backbones/model.js";
import type { Examples, UnlabeledExamples } from "../images/examples.js";
import { predict } from "../inference/predict.js";
import { type Phase, trainPhase } from "../training/train.js";
import type { Method } from "./method.js";

export interface SelfTrainingOptions {
  /** Share of the target images that is taken in, round by round. */
  shares?: readonly number[];
  /** How each round learns. */
  round?: Phase;
}

const SHARES = [0.2, 0.4, 0.6, 0.8, 0.8] as const;
const ROUND: Phase = { train: "head", lr: 1e-3, epochs: 10 };

export const selfTraining = ({ shares = SHARES, round = ROUND }: SelfTrainingOptions = {}): Method => ({
  name: "self-training",
  track: "unlabelled",
  needs: { source: "nothing", target: "images" },
  reference: "Zou et al., Class-Balanced Self-Training, ECCV 2018, equation 4",
  cut: (card) => (round.train === "head" ? card.headStage : round.train.from),
  run: async ({ model, target, seed, onCheckpoint }) => {
    let current = model;
    for (const share of shares) {
      const data = pseudoLabelled(current, target, share);
      current = (await trainPhase(current, { data, phase: round, seed })).model;
      await onCheckpoint?.(current);
    }
    return current;
  },
});

/** The surest images of each class, equally many; one that two classes claim goes to the surer. */
export function pseudoLabelled(model: Model, target: UnlabeledExamples, share: number): Examples {
  const predictions = predict(model, target);
  const each = Math.floor((share * predictions.length) / model.classes.length);
  const claims = model.classes.flatMap((label, c) =>
    predictions
      .map(({ id, p }) => ({ id, label, p: p[c]! }))
      .sort((a, b) => b.p - a.p)
      .slice(0, each),
  );
  const labels = new Map(claims.sort((a, b) => a.p - b.p).map(({ id, label }) => [id, label]));
  return { items: [...labels].map(([id, label]) => ({ id, label })), activations: target.activations };
}
