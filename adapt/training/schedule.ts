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

/**
 * Learning rates by stage as a pure function of progress.
 * @param stages those that the phase may train, in network order
 */
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

/**
 * Lower rates further down: `decay` to the power of the stages between a stage and the last one. Howard & Ruder,
 * "Universal Language Model Fine-tuning", ACL 2018, section 3.2 (their decay is 1 / 2.6).
 */
export const discriminative =
  (lr: number, decay: number): Schedule =>
  (_progress, stages) =>
    Object.fromEntries(stages.map((stage, i) => [stage, lr * decay ** (stages.length - 1 - i)]));

/** Thaws one more stage every `every` epochs, from the last one downwards. Howard & Ruder 2018, section 3.3. */
export const gradual =
  (schedule: Schedule, every: number): Schedule =>
  (progress, stages) => {
    const thawed = 1 + Math.floor(progress.epoch / every);
    return only(schedule(progress, stages), stages.slice(-thawed));
  };

/**
 * The last stage alone for so many epochs, then all: linear probing, then fine-tuning. Kumar et al., "Fine-Tuning can
 * Distort Pretrained Features", ICLR 2022, section 3.
 */
export const probeFirst =
  (schedule: Schedule, epochs: number): Schedule =>
  (progress, stages) =>
    only(schedule(progress, stages), progress.epoch < epochs ? stages.slice(-1) : stages);

const only = (rates: Rates, stages: readonly string[]): Rates =>
  Object.fromEntries(Object.entries(rates).filter(([stage]) => stages.includes(stage)));

/** Half a cosine from 1 to 0. Loshchilov & Hutter, "SGDR", ICLR 2017, equation 5. */
export const cosine: Shape = ({ done }) => (1 + Math.cos(Math.PI * done)) / 2;

/** Rises from 0 in a straight line over the first `share` of the phase, then goes on as `shape` does over the rest. */
export const warmedUp =
  (shape: Shape, share: number): Shape =>
  (progress) => {
    if (progress.done < share) return progress.done / share;
    return shape({ ...progress, done: (progress.done - share) / (1 - share) });
  };

/** gamma to the power of the whole steps of `size` epochs passed, as torch.optim.lr_scheduler.StepLR. */
export const stepLr =
  (size: number, gamma: number): Shape =>
  ({ epoch }) =>
    gamma ** Math.floor(epoch / size);
