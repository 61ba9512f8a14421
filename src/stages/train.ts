/**
 * Trains one arm with one seed, phase by phase. Epochs are chosen with what the track may see: on renders by the
 * held-out renders, on target labels by stratified folds of them, never by the sealed test.
 */
import { join } from "node:path";
import type { Model } from "../../adapt/backbones/model.js";
import type { Examples } from "../../adapt/images/examples.js";
import type { Weights } from "../../adapt/layers/parameters.js";
import { withReplay } from "../../adapt/methods/replay.js";
import { lowestValLoss, patience } from "../../adapt/training/criteria.js";
import { type Fold, stratifiedFolds } from "../../adapt/training/folds.js";
import { type EpochRecord, meanHistory } from "../../adapt/training/history.js";
import { cutOf, type TrainOptions, trainPhase } from "../../adapt/training/train.js";
import type { Arm, Phase } from "../config/experiment.js";
import { defaultWorkers } from "../shared/pool.js";
import { say } from "../shared/progress.js";
import type { LabeledItem } from "../shared/types.js";
import type { Features } from "./features.js";
import { describeLearned, enginePhase, learnedBy, phaseName } from "./phase.js";
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
  /** The backbone's weights, which L2-SP pulls to. */
  pretrained: Weights;
  /** Whether another arm starts from this one's folds. */
  keepFolds: boolean;
  /** Where phases keep their state between epochs. */
  state: string;
  /** Names every parameter that is learned. */
  verbose?: boolean;
}

/** A phase at work: what to train with, and where its state goes. */
interface PhaseInputs extends ArmInputs {
  phase: Phase;
  /** Whether a later phase or arm continues from the folds. */
  foldsContinue: boolean;
  /** The state file of one of the phase's trainings. */
  stateOf(training: string): string;
}

interface PhaseResult {
  model: Model;
  folds: Model[] | null;
  history: EpochRecord[];
  epoch: number;
  selection: string;
}

/** Trains the arm's phases one after the other from `start`. */
export async function trainArm(
  start: Pick<TrainedArm, "model" | "folds">,
  inputs: ArmInputs,
): Promise<TrainedArm> {
  let trained: TrainedArm = { ...start, history: [], epochs: [], selection: [] };
  const { phases } = inputs.arm;
  for (const [i, phase] of phases.entries()) {
    const stateOf = (training: string) => join(inputs.state, `phase-${i + 1}-${training}.safetensors`);
    const foldsContinue = inputs.keepFolds || i < phases.length - 1;
    const next = await trainOne(trained, { ...inputs, phase, stateOf, foldsContinue });
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

function trainOne(before: TrainedArm, inputs: PhaseInputs): Promise<PhaseResult> {
  const { phase, pretrained, verbose } = inputs;
  const learned = learnedBy(enginePhase(phase, before.model, pretrained), before.model);
  say(`  ${phaseName(phase)}: ${describeLearned(learned, verbose)}`);
  return phase.on === "source" ? onSource(before, inputs) : onTarget(before, inputs);
}

async function onSource({ model, folds }: TrainedArm, inputs: PhaseInputs): Promise<PhaseResult> {
  const main = await trainOnSource(model, inputs, "main", sayEpochs(inputs));
  // A fold that starts from labels must go its own way here too, or its held-out images would be seen after all.
  const parted: Model[] | null = folds && [];
  for (const [i, fold] of (folds ?? []).entries())
    parted!.push((await trainOnSource(fold, inputs, `fold-${i}`)).model);
  const selection = inputs.phase.select === "last" ? "the last epoch" : "lowest loss on held-out renders";
  return { model: main.model, folds: parted, history: main.history, epoch: main.epoch, selection };
}

async function trainOnSource(
  model: Model,
  inputs: PhaseInputs,
  training: string,
  onEpoch?: TrainOptions["onEpoch"],
) {
  const { train, val } = inputs.source;
  const { phase } = inputs;
  return trainPhase(model, {
    ...optionsOf(model, inputs, training),
    data: await examples(train, train, model, inputs),
    validation: await examples(val, val, model, inputs, "evaluation"),
    select: phase.select === "last" ? undefined : lowestValLoss,
    stop: phase.patience ? patience(lowestValLoss, phase.patience) : undefined,
    onEpoch,
  });
}

const optionsOf = (model: Model, inputs: PhaseInputs, training: string) => ({
  phase: enginePhase(inputs.phase, model, inputs.pretrained),
  seed: inputs.seed,
  resume: inputs.stateOf(training),
  threads: inputs.phase.train === "head" ? 1 : defaultWorkers(), // a head alone takes less than its threads' talk
});

/** Chooses the number of epochs, then trains that long on every label. */
async function onTarget(before: TrainedArm, inputs: PhaseInputs): Promise<PhaseResult> {
  const { model } = before;
  const { shots } = inputs;
  const { epoch, folds, curve, selection } = await chooseEpoch(before, inputs);
  const data = await examples(shots, shots, model, inputs);
  const withCurve = (record: EpochRecord): EpochRecord => ({
    ...record,
    valLoss: curve[record.epoch - 1]?.valLoss,
    valAccuracy: curve[record.epoch - 1]?.valAccuracy,
  });
  const tell = sayEpochs(inputs);
  const refit = await trainPhase(model, {
    ...optionsOf(model, inputs, "main"),
    ...(await replayed(model, inputs)),
    data,
    stop: after(epoch),
    onEpoch: (record) => tell(withCurve(record)),
  });
  return { model: refit.model, folds, history: refit.history.map(withCurve), epoch, selection };
}

interface Choice {
  epoch: number;
  folds: Model[] | null;
  /** Mean history of the folds. */
  curve: EpochRecord[];
  selection: string;
}

async function chooseEpoch(before: TrainedArm, inputs: PhaseInputs): Promise<Choice> {
  const { phase, shots, seed } = inputs;
  const whole = { epoch: phase.epochs, folds: null, curve: [] };
  if (phase.select === "last") return { ...whole, selection: "the last epoch" };
  const folds = stratifiedFolds(shots, foldCount(shots), seed);
  if (folds.length < 2) return { ...whole, selection: "the whole schedule, one label makes no folds" };
  const starts = folds.map((_, i) => before.folds?.[i] ?? before.model);
  const histories: EpochRecord[][] = [];
  for (const [i, fold] of folds.entries())
    histories.push((await trainFold(starts[i]!, fold, inputs, `curve-${i}`)).history);
  const curve = meanHistory(histories);
  const epoch = lowestValLoss(curve);
  const models: Model[] = [];
  for (const [i, fold] of inputs.foldsContinue ? folds.entries() : [])
    models.push((await trainFold(starts[i]!, fold, inputs, `fold-${i}`, epoch)).model);
  return {
    epoch,
    folds: models.length > 0 ? models : null,
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

/** Trains on a fold: the whole schedule, or as far as `epochs` of it. */
async function trainFold(
  model: Model,
  fold: Fold<LabeledItem>,
  inputs: PhaseInputs,
  training: string,
  epochs = inputs.phase.epochs,
) {
  return trainPhase(model, {
    ...optionsOf(model, inputs, training),
    ...(await replayed(model, inputs)),
    data: await examples(fold.train, inputs.shots, model, inputs),
    validation: await examples(fold.validation, inputs.shots, model, inputs),
    stop: after(epochs),
  });
}

/** The same schedule, cut off: its first epochs are those of the whole. */
const after = (epochs: number) => (history: readonly EpochRecord[]) => history.length >= epochs;

/** The synthetic images of a phase that mixes them in. */
async function replayed(
  model: Model,
  inputs: PhaseInputs,
): Promise<Pick<TrainOptions, "replay" | "objective">> {
  const { replay } = inputs.phase;
  if (!replay) return {};
  const { train } = inputs.source;
  return { replay: await examples(train, train, model, inputs), objective: withReplay(replay) };
}

/** `items` of a domain; activations are computed for the whole domain once, so that folds share them. */
async function examples(
  items: readonly LabeledItem[],
  domain: readonly LabeledItem[],
  model: Model,
  { features, phase, pretrained }: PhaseInputs,
  views: "training" | "evaluation" = "training",
): Promise<Examples> {
  const cut = cutOf(enginePhase(phase, model, pretrained), model.card);
  return { items, activations: await features.of(domain, cut, model, views) };
}

/** Tells each epoch on standard error, as it ends. */
function sayEpochs({ phase }: PhaseInputs): (record: EpochRecord) => void {
  const started = performance.now();
  return ({ epoch, trainLoss, trainAccuracy, valLoss, valAccuracy }) => {
    const figures = (loss?: number, accuracy?: number) =>
      `loss ${loss?.toFixed(4)}, accuracy ${accuracy?.toFixed(4)}`;
    const validation = valLoss === undefined ? "" : `; val ${figures(valLoss, valAccuracy)}`;
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    say(
      `    epoch ${epoch}/${phase.epochs}: train ${figures(trainLoss, trainAccuracy)}${validation}; ${seconds} s`,
    );
  };
}
