/** Schedules: pure functions of progress that give each stage its learning rate. A stage without one is frozen. */

/** How far a phase has come. */
export interface Progress {
  /** From 0. */
  epoch: number;
  epochs: number;
  /** Share of the whole phase that is done, in [0, 1). */
  done: number;
}

/** Learning rate by stage. */
export type Rates = Readonly<Record<string, number>>;

/** @param stages those that the phase may train, in network order */
export type Schedule = (progress: Progress, stages: readonly string[]) => Rates;

/** A factor on every rate. */
export type Shape = (progress: Progress) => number;

/** One rate for every stage, all the time. */
export const constant =
  (lr: number): Schedule =>
  (_progress, stages) =>
    Object.fromEntries(stages.map((stage) => [stage, lr]));

/** A schedule under a shape: `shaped(constant(1e-3), cosine)`. */
export const shaped =
  (schedule: Schedule, shape: Shape): Schedule =>
  (progress, stages) => {
    const factor = shape(progress);
    const rates = schedule(progress, stages);
    return Object.fromEntries(Object.entries(rates).map(([stage, lr]) => [stage, lr * factor]));
  };

/** Half a cosine from 1 to 0. Loshchilov & Hutter, "SGDR", ICLR 2017, equation 5. */
export const cosine: Shape = ({ done }) => (1 + Math.cos(Math.PI * done)) / 2;

/** gamma to the power of the whole steps of `size` epochs passed, as torch.optim.lr_scheduler.StepLR. */
export const stepLr =
  (size: number, gamma: number): Shape =>
  ({ epoch }) =>
    gamma ** Math.floor(epoch / size);
