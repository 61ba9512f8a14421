/**
 * Trains one arm with one seed, phase by phase. Epochs are chosen with what the track may see: on renders by the
 * held-out renders, on target labels by stratified folds of them, never by the sealed test.
 */
import { lowestValLoss } from "../../adapt/criteria.js";
import type { Examples } from "../../adapt/examples.js";
import { type Fold, stratifiedFolds } from "../../adapt/folds.js";
import { type EpochRecord, meanHistory } from "../../adapt/history.js";
import type { Model } from "../../adapt/model.js";
import { cutOf, trainPhase } from "../../adapt/train.js";
import type { Arm, Phase } from "../config/experiment.js";
import type { LabeledItem } from "../shared/types.js";
import type { Features } from "./features.js";
import type { Source } from "./sources.js";

/** A trained arm: its model, and the models of its folds, which never saw their held-out images. */
export interface TrainedArm {
  model: Model;
  /** One a fold; null while no target label was used, or where there are no folds. */
  folds: Model[] | null;
  history: (EpochRecord & { phase: string })[];
  /** The epoch kept of each phase. */
  epochs: number[];
  /** How the epochs were chosen, one clause a phase. */
  selection: string[];
}

export interface ArmInputs {
  arm: Arm;
  seed: number;
  features: Features;
  source: Source;
  /** The labelled target images that the track may see. */
  shots: readonly LabeledItem[];
}

/** Trains the arm's phases one after the other from `start`. */
export async function trainArm(
  start: Pick<TrainedArm, "model" | "folds">,
  inputs: ArmInputs,
): Promise<TrainedArm> {
  let trained: TrainedArm = { ...start, history: [], epochs: [], selection: [] };
  for (const [i, phase] of inputs.arm.phases.entries()) {
    const name = `${i + 1}: ${phaseName(phase)}`;
    const next = phase.on === "source" ? onSource(trained, phase, inputs) : onTarget(trained, phase, inputs);
    const { model, folds, history, epoch, selection } = await next;
    trained = {
      model,
      folds,
      history: [...trained.history, ...history.map((record) => ({ phase: name, ...record }))],
      epochs: [...trained.epochs, epoch],
      selection: [...trained.selection, selection],
    };
  }
  return trained;
}

/** "head on source" or "features.18 and later on target". */
export function phaseName({ train, on }: Phase): string {
  return `${train === "head" ? "head" : train === "all" ? "everything" : `${train.from} and later`} on ${on}`;
}

interface PhaseResult {
  model: Model;
  folds: Model[] | null;
  history: EpochRecord[];
  epoch: number;
  selection: string;
}

async function onSource({ model, folds }: TrainedArm, phase: Phase, inputs: ArmInputs): Promise<PhaseResult> {
  const { model: trained, history, epoch } = await trainOnSource(model, phase, inputs);
  // A fold that starts from labels must go its own way here too, or its held-out images would be seen after all.
  const parted: Model[] | null = folds && [];
  for (const fold of folds ?? []) parted!.push((await trainOnSource(fold, phase, inputs)).model);
  const selection = `${phaseName(phase)}: lowest loss on held-out renders`;
  return { model: trained, folds: parted, history, epoch, selection };
}

async function trainOnSource(model: Model, phase: Phase, inputs: ArmInputs) {
  const { train, val } = inputs.source;
  const data = await examples(train, train, model, phase, inputs);
  const validation = await examples(val, val, model, phase, inputs, "evaluation");
  return trainPhase(model, {
    data,
    validation,
    phase: enginePhase(phase, model),
    seed: inputs.seed,
    select: lowestValLoss,
  });
}

/** Chooses the number of epochs on folds, then trains that long on every label. */
async function onTarget(before: TrainedArm, phase: Phase, inputs: ArmInputs): Promise<PhaseResult> {
  const { model } = before;
  const { epoch, folds, curve, selection } = await chooseEpoch(before, phase, inputs);
  const data = await examples(inputs.shots, inputs.shots, model, phase, inputs);
  const engine = { ...enginePhase(phase, model), epochs: epoch };
  const refit = await trainPhase(model, { data, phase: engine, seed: inputs.seed });
  const history = refit.history.map((record, i) => ({
    ...record,
    valLoss: curve[i]?.valLoss,
    valAccuracy: curve[i]?.valAccuracy,
  }));
  return { model: refit.model, folds, history, epoch, selection: `${phaseName(phase)}: ${selection}` };
}

async function chooseEpoch({ model, folds: before }: TrainedArm, phase: Phase, inputs: ArmInputs) {
  const folds = stratifiedFolds(inputs.shots, foldCount(inputs.shots), inputs.seed);
  if (folds.length < 2)
    return {
      epoch: phase.epochs,
      folds: null,
      curve: [],
      selection: "the whole schedule, one label makes no folds",
    };
  const runs: FoldRun[] = [];
  for (const [i, fold] of folds.entries())
    runs.push(await trainFold(before?.[i] ?? model, fold, phase, inputs));
  const curve = meanHistory(runs.map((run) => run.history));
  const epoch = lowestValLoss(curve);
  return {
    epoch,
    folds: runs.map((run) => run.atEpoch[epoch - 1]!),
    curve,
    selection: `lowest mean loss on ${folds.length} stratified folds of its target labels`,
  };
}

const FOLDS = 5;

/** Five, or as many as the smallest class has images. */
function foldCount(items: readonly LabeledItem[]): number {
  const counts = new Map<string, number>();
  for (const { label } of items) counts.set(label, (counts.get(label) ?? 0) + 1);
  return Math.min(FOLDS, ...counts.values());
}

interface FoldRun {
  history: EpochRecord[];
  atEpoch: Model[];
}

async function trainFold(
  model: Model,
  fold: Fold<LabeledItem>,
  phase: Phase,
  inputs: ArmInputs,
): Promise<FoldRun> {
  const data = await examples(fold.train, inputs.shots, model, phase, inputs);
  const validation = await examples(fold.validation, inputs.shots, model, phase, inputs);
  const atEpoch: Model[] = [];
  const onEpoch = (_record: EpochRecord, weights: () => Model["weights"]) => {
    atEpoch.push({ ...model, weights: weights() });
  };
  const options = { data, validation, phase: enginePhase(phase, model), seed: inputs.seed, onEpoch };
  const { history } = await trainPhase(model, options);
  return { history, atEpoch };
}

/** `items` of a domain; activations are computed for the whole domain once, so that folds share them. */
async function examples(
  items: readonly LabeledItem[],
  domain: readonly LabeledItem[],
  model: Model,
  phase: Phase,
  { features }: ArmInputs,
  views: "training" | "evaluation" = "training",
): Promise<Examples> {
  const cut = cutOf(enginePhase(phase, model), model.card);
  return { items, activations: await features.of(domain, cut, model, views) };
}

/** The engine knows stages only: everything is all from the first. */
function enginePhase({ train, lr, epochs, batch, optimizer }: Phase, model: Model) {
  const span = train === "all" ? { from: model.card.stages[0]! } : train;
  return { train: span, lr, epochs, batch, optimizer: { name: optimizer } };
}
