/** Epochs and steps of a phase, on one thread or shared among several. */
import * as tf from "@tensorflow/tfjs-core";
import { chunk } from "../../src/shared/group.js";
import { stream } from "../../src/shared/rng.js";
import { inputOf } from "../images/batches.js";
import { EVALUATION_BATCH, type Examples } from "../images/examples.js";
import type { Mode } from "../layers/layer.js";
import type { Params } from "../layers/parameters.js";
import { crossEntropy } from "../losses/cross-entropy.js";
import type { GradientWorkers } from "./gradient-workers.js";
import type { EpochRecord } from "./history.js";
import { type L2sp, l2spGradients, l2spPenalty } from "./l2sp-penalty.js";
import { type LabeledOutputs, supervised } from "./objective.js";
import { type Phase, scheduleOf } from "./phase.js";
import type { Rates } from "./schedule.js";
import { batchesOf, type Domains, labelsOf, type Position, stepOf } from "./step.js";
import type { TrainOptions } from "./train-options.js";
import {
  applyGradients,
  descend,
  movingParameters,
  outputsOf,
  replace,
  type TrainState,
} from "./train-state.js";

export const DEFAULT_BATCH = 8;

/** A phase at work. */
export interface Running {
  state: TrainState;
  domains: Domains;
  /** Threads that share the batches, where any do. */
  workers: GradientWorkers | null;
  classes: readonly string[];
  /** The pretrained values of what moves, for L2-SP. */
  anchors: Params;
}

interface StepResult {
  loss: number;
  correct: number;
}

/** One pass over the leading images. @param epoch from 0 */
export async function trainEpoch(run: Running, epoch: number, options: TrainOptions): Promise<EpochRecord> {
  const { seed = 0, epochs, batch = DEFAULT_BATCH } = options;
  const { data, target } = run.domains;
  const batches = batchesOf({ seed, epoch }, run.domains, batch);
  const lead = data ? batches.data : batches.target;
  const images = (data ?? target!).items.length;
  const step = run.workers ? sharedStep : trainStep;
  let lossSum = 0;
  let correct = 0;
  for (const [i, taken] of lead.entries()) {
    const progress = { epoch, epochs, done: (epoch + i / lead.length) / epochs };
    const result = await step(run, { i, batches, progress, seed }, options);
    lossSum += result.loss * taken.length;
    correct += result.correct;
  }
  return {
    epoch: epoch + 1,
    trainLoss: lossSum / images,
    trainAccuracy: data ? correct / images : undefined,
  };
}

function trainStep(run: Running, at: Position, options: TrainOptions): StepResult {
  const { state, domains, classes, anchors } = run;
  const { objective = supervised, lr, l2sp } = options;
  const network = movingParameters(state, ratesAt(at, options, state), options.trains);
  const own = Object.fromEntries(Object.keys(state.ownSpecs).map((name) => [name, lr]));
  const mode = modeOf(at, options);
  let seen: LabeledOutputs | undefined;
  const lossOf = (params: Params): tf.Tensor => {
    const step = stepOf({ state, classes, params, mode }, at, domains);
    const data = () => {
      seen = step.data();
      tf.keep(seen.logits);
      tf.keep(seen.labels);
      return seen;
    };
    const loss = objective.loss({ ...step, data });
    return l2sp ? tf.add(loss, l2spPenalty(params, anchors, Object.keys(network), l2sp)) : loss;
  };
  const loss = descend(state, lossOf, { ...network, ...own });
  for (const [name, moved] of Object.entries(mode.statistics ?? {})) replace(state, name, moved);
  const correct = seen ? countCorrect(seen.logits, seen.labels) : 0;
  tf.dispose(seen ? [seen.logits, seen.labels] : []);
  return { loss, correct };
}

/** A step of the supervised objective, shared by threads. */
async function sharedStep(run: Running, at: Position, options: TrainOptions): Promise<StepResult> {
  const { state, classes, workers, domains } = run;
  const { l2sp, trains } = options;
  const data = domains.data!;
  const moving = movingParameters(state, ratesAt(at, options, state), trains);
  const picked = at.batches.data[at.i]!;
  const x = inputOf(data, picked, "training", { seed: at.seed, epoch: at.progress.epoch });
  const labels = labelsOf(data, picked, classes);
  const batch = { x, labels, dropout: dropoutPath(at) };
  try {
    const { loss, correct, gradients } = await workers!.gradients(state.params, Object.keys(moving), batch);
    const penalty = l2sp ? addPull(gradients, run, l2sp) : 0;
    applyGradients(state, gradients, moving);
    return { loss: loss + penalty, correct };
  } finally {
    tf.dispose([x, labels]);
  }
}

/** Adds L2-SP's gradient, which no image moves, to a batch's. @returns the penalty */
function addPull(gradients: Record<string, tf.Tensor>, { state, anchors }: Running, l2sp: L2sp): number {
  const pull = l2spGradients(state.params, anchors, Object.keys(gradients), l2sp);
  for (const [name, gradient] of Object.entries(pull.gradients)) {
    const sum = tf.add(gradients[name]!, gradient);
    tf.dispose([gradients[name]!, gradient]);
    gradients[name] = sum;
  }
  return pull.penalty;
}

const ratesAt = ({ progress }: Position, phase: Phase, { stages }: TrainState): Rates =>
  scheduleOf(phase)(progress, stages);

const dropoutPath = ({ i, progress, seed }: Position): [number, ...(string | number)[]] => [
  seed,
  "epoch",
  progress.epoch,
  "dropout",
  i,
];

/** Dropout is drawn by seed, epoch and step; BatchNorms use the batch where the phase says so. */
function modeOf(at: Position, { batchNorm }: Phase): Mode {
  const dropout = stream(...dropoutPath(at));
  return batchNorm === "training" ? { dropout, statistics: {} } : { dropout };
}

/** Loss and accuracy on the evaluation view of images at the split stage. */
export function validate(state: TrainState, examples: Examples, classes: readonly string[]) {
  const { items } = examples;
  let lossSum = 0;
  let correct = 0;
  for (const batch of chunk([...items.keys()], EVALUATION_BATCH))
    tf.tidy(() => {
      const x = inputOf(examples, batch, "evaluation", { seed: 0, epoch: 0 });
      const { logits } = outputsOf(state, state.params, x);
      const truth = labelsOf(examples, batch, classes);
      lossSum += crossEntropy(logits, truth).dataSync()[0]! * batch.length;
      correct += countCorrect(logits, truth);
    });
  return { valLoss: lossSum / items.length, valAccuracy: correct / items.length };
}

const countCorrect = (logits: tf.Tensor2D, labels: tf.Tensor1D): number =>
  tf.tidy(() => tf.sum(tf.equal(tf.argMax(logits, 1), labels)).dataSync()[0]!);
