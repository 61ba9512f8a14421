/** The training loop. */
import * as tf from "@tensorflow/tfjs-core";
import { AntbeeError, invalid, note } from "../../src/shared/errors.js";
import { headSpecs, type Model } from "../backbones/model.js";
import { currentBackend } from "../backend/backend.js";
import { refuseTraining } from "../backend/webgpu.js";
import { type Examples, examplesAt } from "../images/examples.js";
import { type Params, toParams, type Weights } from "../layers/parameters.js";
import { highestValAccuracy, lastEpoch, lowestValLoss } from "./criteria.js";
import { type GradientWorkers, openGradientWorkers } from "./gradient-workers.js";
import type { EpochRecord } from "./history.js";
import { checkMemory, type StepPlan } from "./memory.js";
import { supervised } from "./objective.js";
import { optimizerOf, type Phase, splitStage } from "./phase.js";
import { loadPhaseState, type PhaseState, savePhaseState } from "./phase-state.js";
import { resumeKey } from "./resume-key.js";
import type { Domains } from "./step.js";
import { refuseUnknownOptions, type TrainOptions } from "./train-options.js";
import {
  closeTrainState,
  openTrainState,
  readOwn,
  readWeights,
  replace,
  type TrainState,
} from "./train-state.js";
import { DEFAULT_BATCH, type Running, trainEpoch, validate } from "./train-step.js";

/** The model that a phase ends with. */
export interface Trained extends Model {
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

/**
 * Trains one phase. What stands before the stage that it trains from is frozen, and seen through cached activations; a
 * frozen BatchNorm's statistics stay untouched.
 * @throws Diverged where the loss or the weights are not finite any more
 */
export async function train(model: Model, options: TrainOptions): Promise<Trained> {
  checkOptions(model, options);
  const run = await openRun(model, options);
  const { state, progress } = run;
  const trained = (): Trained => ({
    ...model,
    weights: { ...model.weights, ...progress.kept.weights },
    history: progress.history,
    epoch: progress.kept.epoch,
  });
  try {
    while (!isOver(progress.history, options)) {
      const record = await trainEpoch(run, progress.history.length, options);
      const weights = readWeights(state, options.batchNorm === "training");
      if (!Number.isFinite(record.trainLoss) || !allFinite(weights))
        throw new Diverged(record.epoch, options.lr, trained());
      if (run.validation) Object.assign(record, validate(state, run.validation, model.classes));
      keep(record, weights, progress, options);
      await options.onEpoch?.(record, () => ({ ...model.weights, ...weights }));
      if (run.key) await savePhaseState(options.resume!, run.key, stateNow(run, weights));
    }
    return trained();
  } finally {
    await run.workers?.close();
    closeTrainState(state);
    tf.dispose(Object.values(run.anchors));
  }
}

/** A phase under way. */
interface Run extends Running {
  validation?: Examples;
  /** Of the state file; null where nothing is kept. */
  key: string | null;
  progress: Pick<PhaseState, "history" | "kept">;
}

function checkOptions({ card }: Model, options: TrainOptions): void {
  refuseUnknownOptions(options);
  const { on, target, batchNorm, lr, epochs, batch = DEFAULT_BATCH, select, validation } = options;
  if (!(on ?? target)?.items.length) throw invalid("training", "images to train on", note("none"));
  if (!(lr > 0 && Number.isFinite(lr))) throw invalid("lr", "a number above 0", lr);
  for (const [name, value] of Object.entries({ epochs, batch }))
    if (!Number.isInteger(value) || value < 1) throw invalid(name, "a whole number of at least 1", value);
  if ((select === lowestValLoss || select === highestValAccuracy) && !validation)
    throw invalid("validation", "images, for the epoch is chosen by them", note("none"));
  if (!["sgd", "adamw"].includes(optimizerOf(options).name))
    throw invalid("optimizer", "sgd or adamw", optimizerOf(options).name);
  if (batchNorm === "training" && card.batchNorm !== "statistics")
    throw invalid("batchNorm", `"frozen" (the BatchNorms of ${card.name} are ${card.batchNorm})`, "training");
}

async function openRun(model: Model, options: TrainOptions): Promise<Run> {
  const backend = await currentBackend();
  refuseTraining(backend);
  const split = splitStage(options, model.card);
  const domains = await domainsAt(split, model, options);
  const validation = options.validation && (await examplesAt(options.validation, model, split, "evaluation"));
  checkMemory(model.card.name, backend, planOf(model, options, domains));
  const { objective } = options;
  const state = openTrainState(model, { split, optimizer: optimizerOf(options), own: objective?.own });
  try {
    const seen = [domains.data, domains.replay, domains.target, validation];
    const key = options.resume ? resumeKey(model, state, seen, options) : null;
    const saved = key ? await loadPhaseState(options.resume!, key) : null;
    if (saved) restore(state, saved);
    return {
      state,
      domains,
      validation,
      workers: await workersFor(model, state, options, domains),
      classes: model.classes,
      anchors: anchorsOf(model, state, options),
      key,
      progress: saved ?? { history: [], kept: { epoch: 0, weights: {} } },
    };
  } catch (error) {
    closeTrainState(state);
    throw error;
  }
}

/** What the phase looks at, as activations that enter the stage it trains from. */
async function domainsAt(split: string, model: Model, options: TrainOptions): Promise<Domains> {
  const { on, replay, target } = options;
  return {
    data: on && (await examplesAt(on, model, split, "training")),
    replay: replay && (await examplesAt(replay, model, split, "training")),
    target: target && (await examplesAt(target, model, split, "both")),
  };
}

function planOf({ card, network }: Model, phase: Phase, { data, target }: Domains): StepPlan {
  const { shape } = (data ?? target!).activations;
  const optimizer = optimizerOf(phase).name;
  const batch = phase.batch ?? DEFAULT_BATCH;
  return { network, split: splitStage(phase, card), input: shape, batch, optimizer };
}

/** The native backend uses every core by itself. */
async function workersFor(
  model: Model,
  { params }: TrainState,
  options: TrainOptions,
  domains: Domains,
): Promise<GradientWorkers | null> {
  const { threads = 1, objective = supervised, batchNorm } = options;
  const shareable = objective === supervised && batchNorm !== "training";
  if (threads === 1 || !domains.data || !shareable || (await currentBackend()) !== "wasm") return null;
  return openGradientWorkers(model, params, { ...planOf(model, options, domains), threads });
}

function restore(state: TrainState, { now, own, optimizer }: PhaseState): void {
  const specs = Object.entries(state.specs).filter(([name]) => name in now);
  const params = { ...toParams(now, Object.fromEntries(specs)), ...toParams(own, state.ownSpecs) };
  for (const [name, tensor] of Object.entries(params)) replace(state, name, tensor);
  state.optimizer.restore(optimizer);
}

const stateNow = ({ state, progress }: Run, now: Weights): PhaseState => ({
  ...progress,
  now,
  own: readOwn(state),
  optimizer: state.optimizer.read(),
});

/** The pretrained values of what moves, for L2-SP. */
function anchorsOf(model: Model, { specs }: TrainState, { l2sp }: Phase): Params {
  if (!l2sp) return {};
  const head = headSpecs(model.card, model.network);
  const anchored = Object.entries(specs).filter(([name, spec]) => spec.trainable && !(name in head));
  return toParams(model.pretrained.weights, Object.fromEntries(anchored));
}

function isOver(history: readonly EpochRecord[], { epochs, stop }: TrainOptions): boolean {
  return history.length >= epochs || (history.length > 0 && Boolean(stop?.(history)));
}

/** Takes an epoch into the history, and its weights where it is the one to restore. */
function keep(record: EpochRecord, weights: Weights, progress: Run["progress"], options: TrainOptions): void {
  const { select = lastEpoch } = options;
  progress.history.push(record);
  const chosen = select(progress.history);
  if (chosen === record.epoch) progress.kept = { epoch: chosen, weights };
  else if (chosen !== progress.kept.epoch)
    throw invalid("select", `epoch ${record.epoch} or ${progress.kept.epoch}`, chosen);
}

const allFinite = (weights: Weights): boolean =>
  Object.values(weights).every(({ data }) => data.every(Number.isFinite));
