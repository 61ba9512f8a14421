/** What a phase of training is given. */
import { invalid, note } from "../../src/shared/errors.js";
import type { LabeledImages, UnlabeledImages } from "../images/images.js";
import type { Weights } from "../layers/parameters.js";
import type { Criterion } from "./criteria.js";
import type { EpochRecord } from "./history.js";
import type { Objective } from "./objective.js";
import type { Phase } from "./phase.js";

/** A phase, and what it trains on: training views where the images have any, else their evaluation view. */
export interface TrainOptions extends Phase {
  /** Labelled images; they lead where there are any: an epoch is one pass over them, else over the target. */
  on?: LabeledImages;
  /** Labelled images of the other domain, for objectives that look at them. */
  replay?: LabeledImages;
  /** Unlabelled target images, for objectives that look at them. */
  target?: UnlabeledImages;
  /** What is measured after each epoch. */
  validation?: LabeledImages;
  /** Decides batch order, training views and dropout; 0 where left out. */
  seed?: number;
  /** What a step minimises; cross entropy on `on` where left out. */
  objective?: Objective;
  /** Narrows what learns, by parameter name. */
  trains?: (name: string) => boolean;
  /** Chooses the epoch whose weights are restored; the last one where left out. */
  select?: Criterion;
  /** Ends the phase early where it answers true. */
  stop?: (history: readonly EpochRecord[]) => boolean;
  /** Called after each epoch; `weights` reads the model's weights of that moment. */
  onEpoch?: (record: EpochRecord, weights: () => Weights) => void | Promise<void>;
  /**
   * Threads that share each batch on the wasm backend, this one included; 1 where left out. They serve the supervised
   * objective with frozen BatchNorms: there the result is that of one thread, within rounding.
   */
  threads?: number;
  /**
   * A file that keeps the state between epochs; the same phase called again goes on from it. A phase under an objective
   * or a criterion of one's own that cannot be told from another one starts anew.
   */
  resume?: string;
}

/** Every option's name; the type keeps the list whole. */
const NAMES = Object.keys({
  ...{ on: 0, replay: 0, target: 0, validation: 0, seed: 0, objective: 0, trains: 0, select: 0, stop: 0 },
  ...{ onEpoch: 0, threads: 0, resume: 0, train: 0, lr: 0, epochs: 0, batch: 0, optimizer: 0, schedule: 0 },
  ...{ decay: 0, unfreeze: 0, probe: 0, l2sp: 0, batchNorm: 0 },
} satisfies Record<keyof TrainOptions, 0>);

/** A misspelt option would be passed over without a word. @throws bad input that names the options there are */
export function refuseUnknownOptions(options: object): void {
  const unknown = Object.keys(options).find((name) => !NAMES.includes(name));
  if (unknown !== undefined) throw invalid("train", `options among ${NAMES.join(", ")}`, note(unknown));
}
