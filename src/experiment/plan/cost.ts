/** What steps of the work cost, to an order of magnitude: measured on two cores without a GPU; a plan needs no more. */
export const COST = {
  /** Of one core. */
  seconds: { render: 0.12, activation: 0.025, arm: 10 },
  /** On disk. */
  bytes: { render: 60_000, activation: 5_200, map: 250_000, run: 20_000_000 },
} as const;
