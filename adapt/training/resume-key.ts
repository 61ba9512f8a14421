/** What a phase's state file belongs to: all that decides how the phase goes on. */
import type { Model } from "../backbones/model.js";
import type { UnlabeledExamples } from "../images/examples.js";
import { type Criterion, lastEpoch, namedCriteria } from "./criteria.js";
import { supervised } from "./objective.js";
import { optimizerOf, scheduleOf, splitStage } from "./phase.js";
import { phaseKey } from "./phase-state.js";
import type { TrainOptions } from "./train-options.js";
import { movingParameters, type TrainState } from "./train-state.js";

/**
 * Null where the objective or the criterion is a function that cannot be told from another one.
 * @param seen all that the phase looks at
 */
export function resumeKey(
  model: Model,
  state: TrainState,
  seen: readonly (UnlabeledExamples | undefined)[],
  options: TrainOptions,
): string | null {
  const { objective = supervised, select = lastEpoch } = options;
  const criterion = nameOf(select);
  if (objective.key === undefined || !criterion) return null;
  const { epochs, batch, batchNorm, l2sp, seed = 0 } = options;
  const facts = {
    split: splitStage(options, model.card),
    optimizer: optimizerOf(options),
    objective: objective.key,
    criterion,
    moving: movingByEpoch(state, options),
    ownRate: objective.own ? options.lr : null,
    epochs,
    batch,
    batchNorm,
    pull: l2sp ? { ...l2sp, towards: phaseKey({}, model.pretrained.weights) } : null,
    seed,
    images: seen.map(imagesOf),
  };
  const start = Object.entries(model.weights).filter(([name]) => name in state.specs);
  return phaseKey(facts, Object.fromEntries(start));
}

const nameOf = (select: Criterion): string | undefined =>
  Object.entries(namedCriteria).find(([, criterion]) => criterion === select)?.[0];

/** A schedule and `trains` are functions: the rate of each parameter at each epoch's beginning tells them apart. */
function movingByEpoch(state: TrainState, options: TrainOptions) {
  const { epochs, trains } = options;
  const schedule = scheduleOf(options);
  return Array.from({ length: epochs }, (_, epoch) =>
    movingParameters(state, schedule({ epoch, epochs, done: epoch / epochs }, state.stages), trains),
  );
}

/** Labels belong to the key: pseudo-labels may differ where the images are the same. */
const imagesOf = (examples: UnlabeledExamples | undefined) =>
  examples && {
    seenThrough: examples.activations.key,
    views: examples.activations.views,
    items: examples.items.map(({ id, ...item }) => [id, "label" in item ? item.label : null]),
  };
