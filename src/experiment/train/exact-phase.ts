/** A head by exact logistic regression: its strength is chosen by what the track may see. */
import type { Model } from "../../../adapt/backbones/model.js";
import { subset } from "../../../adapt/images/images.js";
import { predict } from "../../../adapt/inference/predict.js";
import { fitHead, fitHeads, type WeightedImages } from "../../../adapt/training/exact-head.js";
import { stratifiedFolds } from "../../../adapt/training/folds.js";
import type { EpochRecord } from "../../../adapt/training/history.js";
import { predictedClass } from "../../shared/predicted-class.js";
import type { LabeledItem, Predictions } from "../../shared/types.js";
import { CHOSEN_BY_FOLDS } from "../spec/draws.js";
import { learnsOn, weightsOf } from "../spec/phases.js";
import type { ExactPhase } from "../spec/schema.js";
import { foldCount, type PhaseAtWork, type PhaseResult, type TrainedArm } from "./phase-work.js";

/** Strengths that are tried. */
const GRID = [0.01, 0.1, 1, 10, 100, 1000, 10_000] as const;
/** Where a class has too few labels to choose by. It was fixed on photographs of the target's train split. */
const DEFAULT = 1;

type Work = PhaseAtWork<ExactPhase>;

/** Fits the head on every image that the phase learns on; its folds, where others continue from them, on theirs. */
export async function exactPhase(before: TrainedArm, inputs: Work): Promise<PhaseResult> {
  const { phase, shots } = inputs;
  const { c, selection } = await chooseStrength(before, inputs);
  const on = imagesOf(inputs, shots.items);
  const model = await fitHead(before.model, on, { scaling: phase.scaling, c });
  const record = await recordOf(model, on, inputs);
  return {
    model,
    folds: await foldModels(before, inputs, c),
    history: [record],
    epoch: 1,
    selection: `exact at strength ${c}${isEdge(phase, c) ? " (the last that was tried)" : ""}, ${selection}`,
  };
}

/** Whether another strength beyond might have been better still. */
const isEdge = (phase: ExactPhase, c: number): boolean =>
  phase.c === undefined && (c === GRID[0] || c === GRID.at(-1));

/** The images of each domain that the phase learns on, with their weights. */
function imagesOf({ phase, source, shots }: Work, items: readonly LabeledItem[]): WeightedImages[] {
  const weights = weightsOf(phase);
  const on: WeightedImages[] = [];
  if (weights.source) on.push({ images: source.train, weight: weights.source });
  if (weights.target) on.push({ images: subset(shots, items), weight: weights.target });
  return on;
}

async function chooseStrength(before: TrainedArm, inputs: Work): Promise<{ c: number; selection: string }> {
  const { phase, shots } = inputs;
  if (phase.c !== undefined) return { c: phase.c, selection: "fixed beforehand" };
  if (!learnsOn(phase, "target"))
    return {
      c: best(await lossesOnSource(before.model, inputs)),
      selection: "lowest loss on held-out renders",
    };
  const folds = foldCount(shots.items);
  if (folds < CHOSEN_BY_FOLDS)
    return { c: DEFAULT, selection: `the default below ${CHOSEN_BY_FOLDS} labels a class` };
  const losses = await lossesOnFolds(before, inputs);
  return { c: best(losses), selection: `lowest mean loss on ${folds} stratified folds of its target labels` };
}

/** The first strength of the lowest loss. */
const best = (losses: readonly number[]): number => GRID[losses.indexOf(Math.min(...losses))]!;

async function lossesOnSource(model: Model, inputs: Work): Promise<number[]> {
  const heads = await fitHeads(model, imagesOf(inputs, []), {
    scaling: inputs.phase.scaling,
    strengths: GRID,
  });
  return Promise.all(heads.map(async (head) => meanLoss(await predict(head, inputs.source.val))));
}

async function lossesOnFolds(before: TrainedArm, inputs: Work): Promise<number[]> {
  const { shots, phase } = inputs;
  const folds = foldsOf(inputs);
  const sums = GRID.map(() => 0);
  for (const [i, fold] of folds.entries()) {
    const start = before.folds?.[i] ?? before.model;
    const options = { scaling: phase.scaling, strengths: GRID };
    const heads = await fitHeads(start, imagesOf(inputs, fold.train), options);
    for (const [j, head] of heads.entries())
      sums[j]! += meanLoss(await predict(head, subset(shots, fold.validation))) / folds.length;
  }
  return sums;
}

const foldsOf = ({ shots, seed }: Work) => stratifiedFolds(shots.items, foldCount(shots.items), seed);

/** As the phases of descent part their folds: each goes its own way, on its own labels. */
async function foldModels(before: TrainedArm, inputs: Work, c: number): Promise<Model[] | null> {
  const { phase, foldsContinue } = inputs;
  const { scaling } = phase;
  if (!learnsOn(phase, "target"))
    return (
      before.folds &&
      Promise.all(before.folds.map((fold) => fitHead(fold, imagesOf(inputs, []), { scaling, c })))
    );
  const folds = foldsOf(inputs);
  if (!foldsContinue || folds.length < 2) return null;
  return Promise.all(
    folds.map((fold, i) =>
      fitHead(before.folds?.[i] ?? before.model, imagesOf(inputs, fold.train), { scaling, c }),
    ),
  );
}

/** The head's only epoch; held-out renders stand beside it where it learned on renders alone. */
async function recordOf(
  model: Model,
  on: readonly WeightedImages[],
  { phase, source }: Work,
): Promise<EpochRecord> {
  const [training] = await Promise.all(on.map(({ images }) => predict(model, images)));
  const held = learnsOn(phase, "target") ? undefined : await predict(model, source.val);
  return {
    epoch: 1,
    trainLoss: meanLoss(training!),
    trainAccuracy: accuracyOf(training!),
    valLoss: held && meanLoss(held),
    valAccuracy: held && accuracyOf(held),
  };
}

/** Keeps a probability that rounded to 0 from making a loss infinite. */
const SMALLEST = 1e-12;

function meanLoss({ classes, rows }: Predictions): number {
  const loss = rows.map(({ p, label }) => -Math.log(Math.max(SMALLEST, p[classes.indexOf(label!)]!)));
  return loss.reduce((a, b) => a + b, 0) / rows.length;
}

const accuracyOf = ({ classes, rows }: Predictions): number =>
  rows.filter((row) => classes[predictedClass(row)] === row.label).length / rows.length;
