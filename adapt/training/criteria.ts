/** Criteria that choose an epoch from what a track may see of it. */
import type { EpochRecord } from "./history.js";

/**
 * Called after each epoch with the history so far; names the epoch whose weights are to be restored. Once passed over,
 * an epoch cannot be chosen any more.
 */
export type Criterion = (history: readonly EpochRecord[]) => number;

/** The last epoch. */
export const lastEpoch: Criterion = (history) => history.at(-1)!.epoch;

/** The first epoch of the lowest validation loss. */
export const lowestValLoss: Criterion = (history) => best(history, (r) => -(r.valLoss ?? Number.NaN));

/** The first epoch of the highest validation accuracy, as the PyTorch tutorial chooses. */
export const highestValAccuracy: Criterion = (history) => best(history, (r) => r.valAccuracy ?? Number.NaN);

/** Ends a phase once the criterion's choice is `epochs` epochs old: for `stop`. */
export const patience =
  (criterion: Criterion, epochs: number) =>
  (history: readonly EpochRecord[]): boolean =>
    history.at(-1)!.epoch - criterion(history) >= epochs;

function best(history: readonly EpochRecord[], score: (record: EpochRecord) => number): number {
  return history.reduce((a, b) => (score(b) > score(a) ? b : a)).epoch;
}

/** The criteria that a phase can be resumed under, by name: of another function it cannot be told whether it is the same. */
export const namedCriteria = { lastEpoch, lowestValLoss, highestValAccuracy } satisfies Record<
  string,
  Criterion
>;
