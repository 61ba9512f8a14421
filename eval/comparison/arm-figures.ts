/** An arm's figures as the report states them. */
import type { Predictions } from "../../src/shared/types.js";
import {
  applyTemperature,
  calibrationFloor,
  confidences,
  expectedCalibrationError,
  fitTemperature,
  type ReliabilityBin,
  reliability,
} from "../statistics/calibration.js";
import { accuracyInterval, type Estimate, gapClosedInterval, gapInterval } from "../statistics/estimate.js";
import { mean } from "../statistics/mean.js";
import { computeMetrics, type Metrics } from "../statistics/metrics.js";
import { meanRegret } from "../statistics/regret.js";
import { drawAccuracies } from "./draws.js";
import type { SeedRun } from "./input.js";
import type { MeasuredArm, Reference } from "./measure.js";
import type { Arm } from "./schema.js";

/** Everything about an arm but its caveats. */
export function describeArm(arm: MeasuredArm, reference: Reference): Omit<Arm, "cautions"> {
  const { name, experiment, track, k, synthetic, unlabelled, uses, runs } = arm.input;
  return {
    name,
    experiment: experiment ?? null,
    track,
    k,
    synthetic,
    unlabelled: unlabelled ?? track === "unlabelled",
    uses,
    seeds: arm.target.seeds,
    source: {
      accuracy: arm.source && accuracyInterval(arm.source),
      before: arm.before && accuracyInterval(arm.before),
    },
    target: describeTarget(arm),
    gap: arm.source && gapInterval(arm.source, arm.target),
    gapClosed: gapClosed(arm, reference),
    seconds: mean(runs.map((run) => run.seconds)),
    curves: runs.flatMap(({ seed, history = [] }) =>
      history.map(({ phase, epoch, trainLoss, trainAccuracy, valLoss, valAccuracy }) => ({
        seed,
        phase,
        epoch,
        trainLoss: trainLoss ?? null,
        trainAccuracy: trainAccuracy ?? null,
        valLoss: valLoss ?? null,
        valAccuracy: valAccuracy ?? null,
      })),
    ),
    regret: meanRegret(runs.map((run) => run.checkpoints ?? [])),
    draws: drawAccuracies(runs),
  };
}

/** Null for the two arms it is measured between, for arms that adapt nothing, and where either end is missing. */
function gapClosed(arm: MeasuredArm, { sourceOnly, oracle }: Reference): Arm["gapClosed"] {
  if (!sourceOnly || !oracle) return null;
  if (["zero-training", "source-only", "oracle"].includes(arm.input.track)) return null;
  return gapClosedInterval(arm.target, sourceOnly.target, oracle.target);
}

function describeTarget({ input: { runs }, classes, target, recalls }: MeasuredArm): Arm["target"] {
  const predictions = runs.map((run) => run.target);
  const metrics = predictions.map(computeMetrics);
  const rated = predictions.map(confidences);
  return {
    accuracy: accuracyInterval(target),
    perClass: classes.map((name, k) => describeClass(name, k, metrics, recalls[k]!)),
    ece: mean(rated.map((rows) => expectedCalibrationError(rows))),
    eceFloor: mean(rated.map((rows) => calibrationFloor(rows))),
    nll: mean(metrics.map((m) => m.nll)),
    brier: mean(metrics.map((m) => m.brier)),
    confusion: classes.map((_, i) => classes.map((_, j) => mean(metrics.map((m) => m.confusion[i]![j]!)))),
    reliability: pooledReliability(predictions),
    temperature: describeTemperature(runs),
  };
}

function describeClass(
  name: string,
  k: number,
  metrics: readonly Metrics[],
  recall: Estimate,
): Arm["target"]["perClass"][number] {
  const average = (key: "precision" | "recall" | "f1") =>
    meanOrNull(metrics.map((m) => m.perClass[k]![key]).filter((value) => value !== null));
  const { support } = metrics[0]!.perClass[k]!;
  return {
    class: name,
    support,
    precision: average("precision"),
    recall: average("recall"),
    f1: average("f1"),
    recallInterval: support > 0 ? accuracyInterval(recall) : null,
  };
}

function pooledReliability(predictions: readonly Predictions[]): ReliabilityBin[] {
  return reliability(predictions.flatMap(confidences)).map((bin) => ({
    ...bin,
    n: bin.n / predictions.length,
  }));
}

/** Temperatures fitted on each seed's held-out renders, and what they make of the target; null without renders. */
function describeTemperature(runs: readonly SeedRun[]): Arm["target"]["temperature"] {
  const fitted = runs.flatMap(({ source, target }) => {
    if (!source) return [];
    const { temperature, fittedOn } = fitTemperature(source, "held-out renders");
    return [{ temperature, fittedOn, target: applyTemperature(target, temperature) }];
  });
  if (fitted.length === 0) return null;
  return {
    value: mean(fitted.map((f) => f.temperature)),
    fittedOn: fitted[0]!.fittedOn,
    ece: mean(fitted.map((f) => expectedCalibrationError(confidences(f.target)))),
    nll: mean(fitted.map((f) => computeMetrics(f.target).nll)),
  };
}

function meanOrNull(values: readonly number[]): number | null {
  return values.length ? mean(values) : null;
}
