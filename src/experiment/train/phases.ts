/**
 * Trains one arm with one seed, phase by phase. Epochs are chosen with what the track may see: on renders by the
 * held-out renders, on target labels by stratified folds of them, never by the sealed test.
 */
import { join } from "node:path";
import { referenceOf } from "../../../adapt/backbones/definition.js";
import type { Model } from "../../../adapt/backbones/model.js";
import { subset } from "../../../adapt/images/images.js";
import { jointObjective } from "../../../adapt/methods/replay.js";
import { averageWeights } from "../../../adapt/training/average.js";
import { lowestValLoss, patience } from "../../../adapt/training/criteria.js";
import { type Fold, stratifiedFolds } from "../../../adapt/training/folds.js";
import { type EpochRecord, meanHistory } from "../../../adapt/training/history.js";
import { describeLearned, describeLearns, learnedParameters } from "../../../adapt/training/phase.js";
import { train } from "../../../adapt/training/train.js";
import type { TrainOptions } from "../../../adapt/training/train-options.js";
import { defaultWorkers } from "../../shared/pool.js";
import type { LabeledItem } from "../../shared/types.js";
import { isAverage, learnsOn, weightsOf } from "../spec/phases.js";
import type { ArmPhase, AveragePhase, LearningPhase } from "../spec/schema.js";
import { sourceOf } from "./context.js";
import { exactPhase } from "./exact-phase.js";
import {
  foldCount,
  type PhaseAtWork,
  type PhaseInputs,
  type PhaseResult,
  type TrainedArm,
} from "./phase-work.js";

/** Trains the arm's phases one after the other from `start`. */
export async function trainPhases(
  start: Pick<TrainedArm, "model" | "folds">,
  inputs: PhaseInputs,
): Promise<TrainedArm> {
  let trained: TrainedArm = { ...start, history: [], epochs: [], selection: [] };
  const { phases } = inputs.arm;
  const source = { ...inputs.source, train: sourceOf(inputs.arm, inputs.source) };
  for (const [i, phase] of phases.entries()) {
    const stateOf = (training: string) => join(inputs.state, `phase-${i + 1}-${training}.safetensors`);
    const foldsContinue = inputs.keepFolds || i < phases.length - 1;
    const next = await trainOne(trained, { ...inputs, source, phase, stateOf, foldsContinue });
    const name = `${i + 1}: ${phaseName(phase)}`;
    trained = {
      model: next.model,
      folds: next.folds,
      history: [...trained.history, ...next.history.map((record) => ({ phase: name, ...record }))],
      epochs: [...trained.epochs, next.epoch],
      selection: [...trained.selection, `${phaseName(phase)}: ${next.selection}`],
    };
  }
  return trained;
}

/** "head on source", "features.18 and later on source and target" or "average with source-only". */
export function phaseName(phase: Pick<LearningPhase, "train" | "on"> | AveragePhase): string {
  if ("average" in phase) return `average with ${phase.average.with}`;
  return `${describeLearns(phase.train)} on ${Object.keys(weightsOf(phase as LearningPhase)).join(" and ")}`;
}

function trainOne(before: TrainedArm, inputs: PhaseAtWork<ArmPhase>): Promise<PhaseResult> {
  const { phase, arm, seed, verbose, on } = inputs;
  const tell = (learned: string) =>
    on({ type: "phase", seed, arm: arm.name, phase: phaseName(phase), learns: learned });
  if (isAverage(phase)) {
    tell(`takes ${phase.average.share} of its own weights`);
    return averagePhase(before, { ...inputs, phase });
  }
  tell(describeLearned(learnedParameters(phase, before.model), verbose));
  if (phase.optimizer === "exact") return exactPhase(before, { ...inputs, phase });
  const descent = { ...inputs, phase };
  return learnsOn(phase, "target") ? onTarget(before, descent) : onSource(before, descent);
}

async function averagePhase(before: TrainedArm, inputs: PhaseAtWork<AveragePhase>): Promise<PhaseResult> {
  const { share, with: name } = inputs.phase.average;
  const other = await inputs.ancestor(name);
  return {
    model: averageWeights(other.model, before.model, share),
    folds:
      before.folds?.map((fold, i) => averageWeights(other.folds?.[i] ?? other.model, fold, share)) ?? null,
    history: [],
    epoch: 0,
    selection: `a share of ${share}, fixed beforehand`,
  };
}

async function onSource({ model, folds }: TrainedArm, inputs: PhaseAtWork): Promise<PhaseResult> {
  const main = await trainOnSource(model, inputs, "main", tellEpochs(inputs));
  // A fold that starts from labels must go its own way here too, or its held-out images would be seen after all.
  const parted: Model[] | null = folds && [];
  for (const [i, fold] of (folds ?? []).entries())
    parted!.push(await trainOnSource(fold, inputs, `fold-${i}`));
  const selection = inputs.phase.select === "last" ? "the last epoch" : "lowest loss on held-out renders";
  return { model: main, folds: parted, history: main.history, epoch: main.epoch, selection };
}

function trainOnSource(
  model: Model,
  inputs: PhaseAtWork,
  training: string,
  onEpoch?: TrainOptions["onEpoch"],
) {
  const { phase, source } = inputs;
  return train(model, {
    ...optionsOf(model, inputs, training),
    on: source.train,
    validation: source.val,
    select: phase.select === "last" ? undefined : lowestValLoss,
    stop: phase.patience ? patience(lowestValLoss, phase.patience) : undefined,
    onEpoch,
  });
}

/** What the training engine is told of the phase. */
function optionsOf({ definition, card }: Model, { phase, seed, stateOf }: PhaseAtWork, training: string) {
  const { on: _on, select: _select, patience: _patience, ...engine } = phase;
  // A head alone takes less time than talking to its threads does, and what threads cannot find trains in one.
  const threads = phase.train === "head" || !referenceOf(definition) ? 1 : defaultWorkers();
  const batchNorm = card.batchNorm === "statistics" ? phase.batchNorm : undefined;
  return { ...engine, batchNorm, seed, threads, resume: stateOf(training) };
}

/** Chooses the number of epochs, then trains that long on every label. */
async function onTarget(before: TrainedArm, inputs: PhaseAtWork): Promise<PhaseResult> {
  const { model } = before;
  const { epoch, folds, curve, selection } = await chooseEpoch(before, inputs);
  const withCurve = (record: EpochRecord): EpochRecord => ({
    ...record,
    valLoss: curve[record.epoch - 1]?.valLoss,
    valAccuracy: curve[record.epoch - 1]?.valAccuracy,
  });
  const tell = tellEpochs(inputs);
  const refit = await train(model, {
    ...optionsOf(model, inputs, "main"),
    ...joined(inputs),
    on: inputs.shots,
    stop: after(epoch),
    onEpoch: (record) => tell(withCurve(record)),
  });
  return { model: refit, folds, history: refit.history.map(withCurve), epoch, selection };
}

interface Choice {
  epoch: number;
  folds: Model[] | null;
  /** Mean history of the folds. */
  curve: EpochRecord[];
  selection: string;
}

async function chooseEpoch(before: TrainedArm, inputs: PhaseAtWork): Promise<Choice> {
  const { phase, shots, seed } = inputs;
  const whole = { epoch: phase.epochs, folds: null, curve: [] };
  if (phase.select === "last") return { ...whole, selection: "the last epoch" };
  const folds = stratifiedFolds(shots.items, foldCount(shots.items), seed);
  if (folds.length < 2) return { ...whole, selection: "the whole schedule, one label makes no folds" };
  const starts = folds.map((_, i) => before.folds?.[i] ?? before.model);
  const histories: EpochRecord[][] = [];
  for (const [i, fold] of folds.entries())
    histories.push((await trainFold(starts[i]!, fold, inputs, `curve-${i}`)).history);
  const curve = meanHistory(histories);
  const epoch = lowestValLoss(curve);
  const models: Model[] = [];
  for (const [i, fold] of inputs.foldsContinue ? folds.entries() : [])
    models.push(await trainFold(starts[i]!, fold, inputs, `fold-${i}`, epoch));
  return {
    epoch,
    folds: models.length > 0 ? models : null,
    curve,
    selection: `lowest mean loss on ${folds.length} stratified folds of its target labels`,
  };
}

/** Trains on a fold: the whole schedule, or as far as `epochs` of it. */
function trainFold(
  model: Model,
  fold: Fold<LabeledItem>,
  inputs: PhaseAtWork,
  training: string,
  epochs = inputs.phase.epochs,
) {
  const { shots } = inputs;
  return train(model, {
    ...optionsOf(model, inputs, training),
    ...joined(inputs),
    on: subset(shots, fold.train),
    validation: subset(shots, fold.validation),
    stop: after(epochs),
  });
}

/** The same schedule, cut off: its first epochs are those of the whole. */
const after = (epochs: number) => (history: readonly EpochRecord[]) => history.length >= epochs;

/** The synthetic images of a phase on both domains, which the target leads. */
function joined({ phase, source }: PhaseAtWork): Pick<TrainOptions, "replay" | "objective"> {
  const weights = weightsOf(phase);
  if (!weights.source) return {};
  return {
    replay: source.train,
    objective: jointObjective({ data: weights.target!, replay: weights.source }),
  };
}

function tellEpochs({ phase, arm, seed, on }: PhaseAtWork): (record: EpochRecord) => void {
  const started = performance.now();
  return (record) => {
    const seconds = (performance.now() - started) / 1000;
    on({ type: "epoch", seed, arm: arm.name, epochs: phase.epochs, seconds, record });
  };
}
