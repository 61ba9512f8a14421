/** What an experiment tells while it works: for a progress display, a log, a notebook. A script that listens to none is silent. */
import type { EpochRecord } from "../../../adapt/training/history.js";
import type { OnProgress } from "../../shared/types.js";

/** Something that happened while an experiment worked. */
export type ExperimentEvent =
  /** One sentence for people: what an input is, what is left out and why. */
  | { type: "note"; text: string }
  /** Work whose parts are counted: renders, activations, bytes. */
  | { type: "progress"; task: string; done: number; total: number }
  /** Labels of a sealed test are about to be seen: the ledger has it, after so many different configurations in all. */
  | {
      type: "opening";
      dataset: string;
      split: string;
      reason: string;
      configurations: number;
      ledger: string;
    }
  | { type: "arm"; seed: number; arm: string; track: string }
  /** A run of an ablation begins, after `done` of `total` in this call. */
  | { type: "variant"; variant: string; seed: number; done: number; total: number; secondsLeft: number }
  | { type: "phase"; seed: number; arm: string; phase: string; learns: string }
  /** `seconds` since the phase began. */
  | { type: "epoch"; seed: number; arm: string; epochs: number; seconds: number; record: EpochRecord };

/** Listens to an experiment. */
export type OnEvent = (event: ExperimentEvent) => void;

export const silent: OnEvent = () => undefined;

/** Progress of a task as events. */
export const progressOf =
  (on: OnEvent, task: string): OnProgress =>
  (done, total) =>
    on({ type: "progress", task, done, total });
