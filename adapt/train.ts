/** The training loop. */
import * as tf from "@tensorflow/tfjs";
import { AntbeeError, invalid } from "../src/shared/errors.js";
import { stream } from "../src/shared/rng.js";
import type { BackboneCard } from "./backbones/card.js";
import { type Criterion, lastEpoch } from "./criteria.js";
import { activationBatch, classIndices, EVALUATION_BATCH, type Examples } from "./examples.js";
import { chunk } from "./group.js";
import type { EpochRecord } from "./history.js";
import { crossEntropy, type Loss } from "./losses.js";
import type { Model } from "./model.js";
import { forward, type Network, parametersOf, stagesOf } from "./network.js";
import { createOptimizer, type Optimizer, type OptimizerSpec } from "./optimizer.js";
import { type ParameterSpecs, toParams, toWeight, type Weights } from "./parameters.js";
import { constant, type Rates, type Schedule } from "./schedule.js";

const DEFAULT_BATCH = 8;

export interface Phase {
  /** The head alone, or every stage from the named one on. */
  train: "head" | { from: string };
  lr: number;
  epochs: number;
  /** Images a step; 8 where left out. */
  batch?: number;
  /** SGD with momentum .9 where left out. */
  optimizer?: OptimizerSpec;
  /** A constant rate `lr` where left out. */
  schedule?: Schedule;
}

export interface TrainOptions {
  /** Activations at `cutOf(phase)`; training views where there are any, else the evaluation view. */
  data: Examples;
  phase: Phase;
  seed: number;
  /** Activations at the same cut, with view 0. */
  validation?: Examples;
  loss?: Loss;
  /** Chooses the epoch whose weights are restored; the last one where left out. */
  select?: Criterion;
  /** Ends the phase early where it answers true. */
  stop?: (history: readonly EpochRecord[]) => boolean;
  /** Called after each epoch; `weights` reads the model's weights of that moment. */
  onEpoch?: (record: EpochRecord, weights: () => Weights) => void | Promise<void>;
}

export interface Trained {
  model: Model;
  history: EpochRecord[];
  /** The epoch whose weights the model has; 0 for those it began with. */
  epoch: number;
}

/** The loss or the weights left the finite numbers. What was good last is kept. */
export class Diverged extends AntbeeError {
  constructor(
    epoch: number,
    lr: number,
    readonly lastGood: Trained,
  ) {
    const kept = lastGood.epoch ? `the weights of epoch ${lastGood.epoch} are kept` : "no epoch was finished";
    super(`training: diverged in epoch ${epoch} at learning rate ${lr}; ${kept}; try a lower rate`, 1);
  }
}

/** The stage that a phase's activations must enter: all before it is frozen. */
export function cutOf(phase: Pick<Phase, "train">, card: BackboneCard): string {
  return phase.train === "head" ? card.headStage : phase.train.from;
}

/**
 * Trains one phase on activations at its cut. BatchNorms stay in inference mode, their statistics untouched.
 * @throws Diverged where the loss or the weights are not finite any more
 */
export async function trainPhase(model: Model, options: TrainOptions): Promise<Trained> {
  const { phase, validation, select = lastEpoch, stop, onEpoch } = options;
  const session = openSession(model, phase);
  const history: EpochRecord[] = [];
  let kept: { epoch: number; weights: Weights } = { epoch: 0, weights: {} };
  const trained = (): Trained => ({
    model: { ...model, weights: { ...model.weights, ...kept.weights } },
    history,
    epoch: kept.epoch,
  });
  try {
    while (history.length < phase.epochs && !(history.length > 0 && stop?.(history))) {
      const record = trainEpoch(session, history.length, options);
      const weights = readTrained(session);
      if (!Number.isFinite(record.trainLoss) || !allFinite(weights))
        throw new Diverged(record.epoch, phase.lr, trained());
      if (validation) Object.assign(record, validate(session, validation, options.loss));
      history.push(record);
      const chosen = select(history);
      if (chosen === record.epoch) kept = { epoch: chosen, weights };
      else if (chosen !== kept.epoch)
        throw invalid("select", `epoch ${record.epoch} or ${kept.epoch}`, chosen);
      await onEpoch?.(record, () => ({ ...model.weights, ...weights }));
    }
    return trained();
  } finally {
    session.optimizer.dispose();
    tf.dispose(Object.values(session.params));
  }
}

/** The part of a network behind the cut, as tensors, while it trains. */
interface Session {
  network: Network;
  classes: readonly string[];
  cut: string;
  stages: readonly string[];
  specs: ParameterSpecs;
  /** Replaced as they move. */
  params: Record<string, tf.Tensor>;
  optimizer: Optimizer;
}

function openSession({ card, network, weights, classes }: Model, phase: Phase): Session {
  const cut = cutOf(phase, card);
  const specs = parametersOf(network, { from: cut });
  return {
    network,
    classes,
    cut,
    stages: stagesOf(network, { from: cut }).map((s) => s.name),
    specs,
    params: { ...toParams(weights, specs) },
    optimizer: createOptimizer(phase.optimizer ?? { name: "sgd" }),
  };
}

/** One pass over the images, in an order and with views that the seed and the epoch alone determine. */
function trainEpoch(session: Session, epoch: number, options: TrainOptions): EpochRecord {
  const { data, phase, seed, loss = crossEntropy } = options;
  const labels = classIndices(data.items, session.classes);
  const order = stream(seed, "epoch", epoch, "order").shuffle([...labels.keys()]);
  const batches = chunk(order, phase.batch ?? DEFAULT_BATCH);
  const schedule = phase.schedule ?? constant(phase.lr);
  let lossSum = 0;
  let correct = 0;
  batches.forEach((batch, i) => {
    const done = (epoch + i / batches.length) / phase.epochs;
    const rates = schedule({ epoch, epochs: phase.epochs, done }, session.stages);
    const result = step(session, batchInput(batch, epoch, options), labelsOf(batch, labels), rates, loss);
    lossSum += result.loss * batch.length;
    correct += result.correct;
  });
  return { epoch: epoch + 1, trainLoss: lossSum / order.length, trainAccuracy: correct / order.length };
}

function batchInput(batch: readonly number[], epoch: number, { data, seed }: TrainOptions): tf.Tensor {
  const { items, activations } = data;
  const training = activations.views.filter((view) => view > 0);
  const choices = training.length > 0 ? training : [0];
  const ids = batch.map((index) => items[index]!.id);
  const views = ids.map((id) => stream(seed, "epoch", epoch, "view", id).pick(choices));
  return activationBatch(ids, views, activations);
}

const labelsOf = (batch: readonly number[], labels: Int32Array): tf.Tensor1D =>
  tf.tensor1d(
    Int32Array.from(batch, (index) => labels[index]!),
    "int32",
  );

/** One step of the parameters whose stage has a rate. Disposes the batch. */
function step(session: Session, x: tf.Tensor, labels: tf.Tensor1D, rates: Rates, loss: Loss) {
  const { params, optimizer } = session;
  const moving = movingParameters(session, rates);
  const names = Object.keys(moving);
  let logits: tf.Tensor2D | undefined;
  const lossOf = (...tensors: tf.Tensor[]) => {
    const now = { ...params, ...Object.fromEntries(names.map((name, i) => [name, tensors[i]!])) };
    logits = tf.keep(forward(session.network, now, x, { from: session.cut })) as tf.Tensor2D;
    return loss(logits, labels);
  };
  const { value, grads } = tf.valueAndGrads(lossOf)(names.map((name) => params[name]!));
  names.forEach((name, i) => {
    const before = params[name]!;
    params[name] = optimizer.step(name, before, grads[i]!, moving[name]!);
    before.dispose();
  });
  const result = { loss: value.dataSync()[0]!, correct: countCorrect(logits!, labels) };
  tf.dispose([x, labels, value, grads, logits!]);
  return result;
}

/** Learning rate by name of the parameters that move. */
function movingParameters({ network, cut }: Session, rates: Rates): Record<string, number> {
  const moving: Record<string, number> = {};
  for (const { name: stage, parameters } of stagesOf(network, { from: cut }))
    for (const [name, spec] of Object.entries(parameters))
      if (spec.trainable && rates[stage] !== undefined) moving[name] = rates[stage];
  return moving;
}

function validate(session: Session, { items, activations }: Examples, loss: Loss = crossEntropy) {
  const labels = classIndices(items, session.classes);
  let lossSum = 0;
  let correct = 0;
  for (const batch of chunk([...labels.keys()], EVALUATION_BATCH))
    tf.tidy(() => {
      const ids = batch.map((index) => items[index]!.id);
      const x = activationBatch(
        ids,
        ids.map(() => 0),
        activations,
      );
      const logits = forward(session.network, session.params, x, { from: session.cut }) as tf.Tensor2D;
      const truth = labelsOf(batch, labels);
      lossSum += loss(logits, truth).dataSync()[0]! * batch.length;
      correct += countCorrect(logits, truth);
    });
  return { valLoss: lossSum / items.length, valAccuracy: correct / items.length };
}

const countCorrect = (logits: tf.Tensor2D, labels: tf.Tensor1D): number =>
  tf.tidy(() => tf.sum(tf.equal(tf.argMax(logits, 1), labels)).dataSync()[0]!);

/** The trainable weights behind the cut, as they are now. */
function readTrained({ params, specs }: Session): Weights {
  const trainable = Object.entries(specs).filter(([, spec]) => spec.trainable);
  return Object.fromEntries(trainable.map(([name, spec]) => [name, toWeight(params[name]!, spec)]));
}

const allFinite = (weights: Weights): boolean =>
  Object.values(weights).every(({ data }) => data.every(Number.isFinite));
