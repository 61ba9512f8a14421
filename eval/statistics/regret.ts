/**
 * How well a label-free validator chooses checkpoints. An analysis after the choice, on target train labels: nothing
 * here may be used to choose.
 */
import { mean } from "./mean.js";
import type { ValidatorScores } from "./validators.js";

/** One checkpoint: its validator scores, and its accuracy on target train labels. */
export interface Checkpoint {
  epoch: number;
  scores: ValidatorScores & { sourceAccuracy: number };
  accuracy: number;
}

export type ValidatorName = keyof Checkpoint["scores"];

/** Mean entropy is the one validator that is better when small. */
const BETTER: Record<ValidatorName, 1 | -1> = { sourceAccuracy: 1, meanEntropy: -1, im: 1, bnm: 1, snd: 1 };

/** What choosing by a validator costs, in accuracy. */
export interface Regret {
  validator: ValidatorName;
  /** Accuracy of the checkpoint that the validator selects (the earliest where several tie), of the last, and of the best. */
  selected: number;
  last: number;
  best: number;
  /** best - selected, at least 0. */
  regret: number;
  epoch: number;
}

/** The regret of every validator over a run's checkpoints, at least one, in the order of training. */
export function validatorRegret(checkpoints: readonly Checkpoint[]): Regret[] {
  const last = checkpoints.at(-1)!.accuracy;
  const best = Math.max(...checkpoints.map((c) => c.accuracy));
  return (Object.keys(BETTER) as ValidatorName[]).map((validator) => {
    const selected = select(checkpoints, validator);
    return {
      validator,
      selected: selected.accuracy,
      last,
      best,
      regret: best - selected.accuracy,
      epoch: selected.epoch,
    };
  });
}

export type MeanRegret = Omit<Regret, "epoch">;

/** Mean over the runs that logged checkpoints; empty where none did. */
export function meanRegret(runs: readonly (readonly Checkpoint[])[]): MeanRegret[] {
  const logged = runs.filter((checkpoints) => checkpoints.length > 0);
  if (logged.length === 0) return [];
  const regrets = logged.map(validatorRegret);
  return regrets[0]!.map(({ validator }, v) => {
    const average = (key: "selected" | "last" | "best" | "regret") => mean(regrets.map((r) => r[v]![key]));
    return {
      validator,
      selected: average("selected"),
      last: average("last"),
      best: average("best"),
      regret: average("regret"),
    };
  });
}

function select(checkpoints: readonly Checkpoint[], validator: ValidatorName): Checkpoint {
  const merit = (c: Checkpoint) => BETTER[validator] * c.scores[validator];
  return checkpoints.reduce((best, c) => (merit(c) > merit(best) ? c : best));
}
