/** The vocabulary that sim, adapt, eval and the stages share. Data only, no behaviour. */

/** Label budget of a run: what it may see of the target. Tracks are never ranked against one another. */
export const TRACKS = ["zero-training", "source-only", "unlabelled", "k-shot", "full", "oracle"] as const;
/** A label budget, one of `TRACKS`. */
export type Track = (typeof TRACKS)[number];
/** Those that go on from what was learned on renders with something of the target. */
export const ADAPTED_TRACKS: readonly Track[] = ["unlabelled", "k-shot", "full"];

/** An estimate with its uncertainty. `values` holds one figure a seed; `n` is the number of images behind it. */
export interface Interval {
  mean: number;
  low: number;
  high: number;
  n: number;
  values: number[];
  /** How `low` and `high` were found, such as "Wilson" or "crossed". */
  method: string;
}

/** One image's class probabilities. `label` is null where the truth is unknown or still sealed. */
export interface PredictionRow {
  /** POSIX path relative to the dataset's root, such as `val/ants/10308379.jpg`. */
  id: string;
  split: string;
  label: string | null;
  /** Probabilities in the order of `Predictions.classes`; they sum to 1. */
  p: number[];
}

/** What a model said of a dataset. `classes` are in sorted order. */
export interface Predictions {
  dataset: string;
  classes: string[];
  rows: PredictionRow[];
}

/** An image file of a dataset whose label, if it has one, is not to be seen. */
export interface UnlabeledItem {
  id: string;
  path: string;
  split: string;
}

/** An image file of a dataset with its class. */
export interface LabeledItem extends UnlabeledItem {
  label: string;
}

/** Called as work advances; both numbers count the same unit. */
export type OnProgress = (done: number, total: number) => void;

/** Where a network looked, as a grid of values of at least 0 over its input, row by row. */
export interface HeatMap {
  width: number;
  height: number;
  data: Float32Array;
}
