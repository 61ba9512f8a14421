/** BatchNorm's counters of batches: no network reads them in inference, and they are no floats. */
export const COUNTER = /\.num_batches_tracked$/;
