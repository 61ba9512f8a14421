/** What a training phase tells of each epoch. */

export interface EpochRecord {
  /** From 1. */
  epoch: number;
  /** Means over the epoch's steps, as the weights moved. */
  trainLoss: number;
  /** Undefined where no labelled image trains. */
  trainAccuracy?: number;
  /** Over the validation images' evaluation view, after the epoch. */
  valLoss?: number;
  valAccuracy?: number;
}

/** The mean of several histories, epoch by epoch, as far as all of them go. */
export function meanHistory(histories: readonly (readonly EpochRecord[])[]): EpochRecord[] {
  const epochs = Math.min(...histories.map((h) => h.length));
  return Array.from({ length: epochs }, (_, i) => {
    const mean = (key: keyof EpochRecord) =>
      histories.reduce((sum, h) => sum + (h[i]![key] ?? Number.NaN), 0) / histories.length;
    return {
      epoch: i + 1,
      trainLoss: mean("trainLoss"),
      trainAccuracy: mean("trainAccuracy"),
      valLoss: mean("valLoss"),
      valAccuracy: mean("valAccuracy"),
    };
  });
}
