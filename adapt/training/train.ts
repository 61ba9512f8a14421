/** The training loop. */
import * as tf from "@tensorflow/tfjs";
import { AntbeeError, invalid, note } from "../../src/shared/errors.js";
import { chunk } from "../../src/shared/group.js";
import { stream } from "../../src/shared/rng.js";
import type { BackboneCard } from "../backbones/card.js";
import { headSpecs, type Model } from "../backbones/model.js";
import { currentBackend } from "../backend/backend.js";
import { inputOf } from "../images/batches.js";
import { EVALUATION_BATCH, type Examples } from "../images/examples.js";
import type { Mode } from "../layers/layer.js";
import { type Params, toParams, type Weights } from "../layers/parameters.js";
import { crossEntropy } from "../losses/cross-entropy.js";
import { type Criterion, lastEpoch } from "./criteria.js";
import { openTeam, type Team } from "./gradient-workers.js";
import type { EpochRecord } from "./history.js";
import { type L2sp, l2spGradients, l2spPenalty } from "./l2sp-penalty.js";
import { checkMemory, type StepPlan } from "./memory.js";
import { type LabeledOutputs, type Objective, supervised } from "./objective.js";
import type { OptimizerSpec } from "./optimizer.js";
import { loadPhaseState, type PhaseState, phaseKey, savePhaseState } from "./phase-state.js";
import { constant, type Progress, type Rates, type Schedule } from "./schedule.js";
import { type Batches, batchesOf, type Domains, labelsOf, stepOf } from "./step.js";
import {
  applyGradients,
  closeSession,
  descend,
  movingParameters,
  openSession,
  outputsOf,
  readOwn,
  readWeights,
  replace,
  type Session,
} from "./train-state.js";

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
  /** Pulls the weights towards the pretrained ones. */
  l2sp?: L2sp;
  /** "training" normalises by the batch and moves the running statistics; "frozen", the default, does neither. */
  batchNorm?: "frozen" | "training";
}

/** Its domains hold activations at `cutOf(phase)`; training views where there are any, else the evaluation view. */
export interface TrainOptions extends Domains {
  phase: Phase;
  seed: number;
  /** Activations at the same cut, with view 0. */
  validation?: Examples;
  /** What a step minimises; cross entropy on `data` where left out. */
  objective?: Objective;
  /** Narrows what learns, by parameter name. */
  trains?: (name: string) => boolean;
  /** Chooses the epoch whose weights are restored; the last one where left out. */
  select?: Criterion;
  /** Ends the phase early where it answers true. */
  stop?: (history: readonly EpochRecord[]) => boolean;
  /** Called after each epoch; `weights` reads the model's weights of that moment. */
  onEpoch?: (record: EpochRecord, weights: () => Weights) => void | Promise<void>;
  /**
   * Threads that share each batch on the wasm backend, this one included; 1 where left out. They serve the supervised
   * objective with frozen BatchNorms: there the result is that of one thread, within rounding.
   */
  threads?: number;
  /** A file that keeps the state between epochs; the same phase called again goes on from it. */
  resume?: string;
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
 * Trains one phase on activations at its cut. A frozen BatchNorm's statistics stay untouched.
 * @throws Diverged where the loss or the weights are not finite any more
 */
export async function trainPhase(model: Model, options: TrainOptions): Promise<Trained> {
  const { phase, validation, onEpoch } = options;
  checkOptions(model, options);
  const run = await openRun(model, options);
  const { session, state } = run;
  const trained = (): Trained => ({
    model: { ...model, weights: { ...model.weights, ...state.kept.weights } },
    history: state.history,
    epoch: state.kept.epoch,
  });
  try {
    while (!isOver(state.history, options)) {
      const record = await trainEpoch(run, state.history.length, options);
      const weights = readWeights(session, phase.batchNorm === "training");
      if (!Number.isFinite(record.trainLoss) || !allFinite(weights))
        throw new Diverged(record.epoch, phase.lr, trained());
      if (validation) Object.assign(record, validate(session, validation, model.classes));
      keep(record, weights, state, options);
      await onEpoch?.(record, () => ({ ...model.weights, ...weights }));
      if (options.resume) await savePhaseState(options.resume, run.key, stateNow(run, weights));
    }
    return trained();
  } finally {
    await run.team?.close();
    closeSession(session);
    tf.dispose(Object.values(run.anchors));
  }
}

/** A phase under way. */
interface Run {
  session: Session;
  /** Threads that share the batches, where any do. */
  team: Team | null;
  classes: readonly string[];
  /** The pretrained values of what moves, for L2-SP. */
  anchors: Params;
  key: string;
  state: Pick<PhaseState, "history" | "kept">;
}

function checkOptions({ card }: Model, { data, target, phase }: TrainOptions): void {
  if (!data && !target) throw invalid("training", "images to train on", note("none"));
  if (phase.batchNorm === "training" && card.batchNorm !== "statistics")
    throw invalid(
      "phase.batchNorm",
      `"frozen" (the BatchNorms of ${card.name} are ${card.batchNorm})`,
      "training",
    );
}

async function openRun(model: Model, options: TrainOptions): Promise<Run> {
  const { phase, objective } = options;
  const cut = cutOf(phase, model.card);
  checkMemory(model.card.name, await currentBackend(), planOf(model, options));
  const session = openSession(model, {
    cut,
    optimizer: phase.optimizer ?? { name: "sgd" },
    own: objective?.own,
  });
  const key = options.resume ? keyOf(model, session, options) : "";
  const saved = options.resume ? await loadPhaseState(options.resume, key) : null;
  if (saved) restore(session, saved);
  return {
    session,
    team: await teamOf(model, session, options),
    classes: model.classes,
    anchors: anchorsOf(model, session, phase),
    key,
    state: saved ?? { history: [], kept: { epoch: 0, weights: {} } },
  };
}

function planOf({ card, network }: Model, { phase, data, target }: TrainOptions): StepPlan {
  const { shape } = (data ?? target!).activations;
  const optimizer = phase.optimizer?.name ?? "sgd";
  return { network, cut: cutOf(phase, card), input: shape, batch: phase.batch ?? DEFAULT_BATCH, optimizer };
}

/** The native backend uses every core by itself. */
async function teamOf(model: Model, { params }: Session, options: TrainOptions): Promise<Team | null> {
  const { threads = 1, data, objective = supervised, phase } = options;
  const shareable = objective === supervised && phase.batchNorm !== "training";
  if (threads === 1 || !data || !shareable || (await currentBackend()) !== "wasm") return null;
  return openTeam(model, params, { ...planOf(model, options), threads });
}

function restore(session: Session, { now, own, optimizer }: PhaseState): void {
  const params = { ...toParams(now, pick(session.specs, now)), ...toParams(own, session.ownSpecs) };
  for (const [name, tensor] of Object.entries(params)) replace(session, name, tensor);
  session.optimizer.restore(optimizer);
}

function keyOf({ weights }: Model, session: Session, options: TrainOptions): string {
  const { phase, seed, data, target, replay } = options;
  const { train, epochs, batch, optimizer, batchNorm, l2sp } = phase;
  const images = [data, replay, target].map((examples) => examples?.items ?? null);
  // A schedule is a function: what it says at each epoch's beginning tells it apart.
  const rates = Array.from({ length: epochs }, (_, epoch) =>
    ratesAt({ epoch, epochs, done: epoch / epochs }, phase, session),
  );
  const pull = l2sp && { alpha: l2sp.alpha, beta: l2sp.beta, towards: phaseKey({}, l2sp.pretrained ?? {}) };
  const facts = { train, rates, epochs, batch, optimizer, batchNorm, pull: pull ?? null, seed, images };
  return phaseKey(facts, pick(weights, session.specs));
}

const ratesAt = (progress: Progress, { schedule, lr }: Phase, { stages }: Session): Rates =>
  (schedule ?? constant(lr))(progress, stages);

const stateNow = ({ session, state }: Run, now: Weights): PhaseState => ({
  ...state,
  now,
  own: readOwn(session),
  optimizer: session.optimizer.read(),
});

function anchorsOf(model: Model, { specs }: Session, { l2sp }: Phase): Params {
  if (!l2sp) return {};
  const pretrained = l2sp.pretrained ?? model.weights;
  const head = headSpecs(model.card, model.network);
  const anchored = Object.entries(specs).filter(([name, spec]) => spec.trainable && !(name in head));
  return toParams(pretrained, Object.fromEntries(anchored));
}

function isOver(history: readonly EpochRecord[], { phase, stop }: TrainOptions): boolean {
  return history.length >= phase.epochs || (history.length > 0 && Boolean(stop?.(history)));
}

/** Takes an epoch into the history, and its weights where it is the one to restore. */
function keep(record: EpochRecord, weights: Weights, state: Run["state"], options: TrainOptions): void {
  const { select = lastEpoch } = options;
  state.history.push(record);
  const chosen = select(state.history);
  if (chosen === record.epoch) state.kept = { epoch: chosen, weights };
  else if (chosen !== state.kept.epoch)
    throw invalid("select", `epoch ${record.epoch} or ${state.kept.epoch}`, chosen);
}

async function trainEpoch(run: Run, epoch: number, options: TrainOptions): Promise<EpochRecord> {
  const { data, target, phase, seed } = options;
  const batches = batchesOf({ seed, epoch }, options, phase.batch ?? DEFAULT_BATCH);
  const lead = data ? batches.data : batches.target;
  const images = (data ?? target!).items.length;
  let lossSum = 0;
  let correct = 0;
  for (const [i, batch] of lead.entries()) {
    const progress = { epoch, epochs: phase.epochs, done: (epoch + i / lead.length) / phase.epochs };
    const step = run.team ? teamStep : trainStep;
    const result = await step(run, i, batches, progress, options);
    lossSum += result.loss * batch.length;
    correct += result.correct;
  }
  const trainAccuracy = data ? correct / images : undefined;
  return { epoch: epoch + 1, trainLoss: lossSum / images, trainAccuracy };
}

function trainStep(run: Run, i: number, batches: Batches, progress: Progress, options: TrainOptions) {
  const { session } = run;
  const { phase, objective = supervised, trains } = options;
  const rates = ratesAt(progress, phase, session);
  const network = movingParameters(session, rates, trains);
  const own = Object.fromEntries(Object.keys(session.ownSpecs).map((name) => [name, phase.lr]));
  const mode = modeOf(i, progress, options);
  let seen: LabeledOutputs | undefined;
  const lossOf = (params: Params): tf.Tensor => {
    const at = { i, batches, progress, seed: options.seed };
    const step = stepOf({ ...run, params, mode }, at, options);
    const data = () => {
      seen = step.data();
      tf.keep(seen.logits);
      tf.keep(seen.labels);
      return seen;
    };
    const loss = objective.loss({ ...step, data });
    return phase.l2sp
      ? tf.add(loss, l2spPenalty(params, run.anchors, Object.keys(network), phase.l2sp))
      : loss;
  };
  const loss = descend(session, lossOf, { ...network, ...own });
  for (const [name, moved] of Object.entries(mode.statistics ?? {})) replace(session, name, moved);
  const correct = seen ? countCorrect(seen.logits, seen.labels) : 0;
  tf.dispose(seen ? [seen.logits, seen.labels] : []);
  return { loss, correct };
}

/** A step of the supervised objective, shared by threads. */
async function teamStep(run: Run, i: number, batches: Batches, progress: Progress, options: TrainOptions) {
  const { session, classes, team } = run;
  const { data, phase, seed, trains } = options;
  const rates = ratesAt(progress, phase, session);
  const moving = movingParameters(session, rates, trains);
  const { epoch } = progress;
  const x = inputOf(data!, batches.data[i]!, "training", { seed, epoch });
  const labels = labelsOf(data!, batches.data[i]!, classes);
  const batch = { x, labels, dropout: dropoutPath(i, epoch, seed) };
  try {
    const { loss, correct, gradients } = await team!.gradients(session.params, Object.keys(moving), batch);
    const penalty = phase.l2sp ? addPull(gradients, run, phase.l2sp) : 0;
    applyGradients(session, gradients, moving);
    return { loss: loss + penalty, correct };
  } finally {
    tf.dispose([x, labels]);
  }
}

/** Adds L2-SP's gradient, which no image moves, to a batch's. @returns the penalty */
function addPull(gradients: Record<string, tf.Tensor>, { session, anchors }: Run, l2sp: L2sp): number {
  const pull = l2spGradients(session.params, anchors, Object.keys(gradients), l2sp);
  for (const [name, gradient] of Object.entries(pull.gradients)) {
    const sum = tf.add(gradients[name]!, gradient);
    tf.dispose([gradients[name]!, gradient]);
    gradients[name] = sum;
  }
  return pull.penalty;
}

const dropoutPath = (i: number, epoch: number, seed: number): [number, ...(string | number)[]] => [
  seed,
  "epoch",
  epoch,
  "dropout",
  i,
];

/** Dropout is drawn by seed, epoch and step; BatchNorms use the batch where the phase says so. */
function modeOf(i: number, { epoch }: Progress, { phase, seed }: TrainOptions): Mode {
  const dropout = stream(...dropoutPath(i, epoch, seed));
  return phase.batchNorm === "training" ? { dropout, statistics: {} } : { dropout };
}

function validate(session: Session, examples: Examples, classes: readonly string[]) {
  const { items } = examples;
  let lossSum = 0;
  let correct = 0;
  for (const batch of chunk([...items.keys()], EVALUATION_BATCH))
    tf.tidy(() => {
      const x = inputOf(examples, batch, "evaluation", { seed: 0, epoch: 0 });
      const { logits } = outputsOf(session, session.params, x);
      const truth = labelsOf(examples, batch, classes);
      lossSum += crossEntropy(logits, truth).dataSync()[0]! * batch.length;
      correct += countCorrect(logits, truth);
    });
  return { valLoss: lossSum / items.length, valAccuracy: correct / items.length };
}

const countCorrect = (logits: tf.Tensor2D, labels: tf.Tensor1D): number =>
  tf.tidy(() => tf.sum(tf.equal(tf.argMax(logits, 1), labels)).dataSync()[0]!);

const allFinite = (weights: Weights): boolean =>
  Object.values(weights).every(({ data }) => data.every(Number.isFinite));

/** The entries of `values` whose names are in `names`. */
function pick<T>(values: Readonly<Record<string, T>>, names: object): Record<string, T> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => name in names));
}
