/** Arms measured on the same images become one comparison: the contents of `report.json`. */
import type { Predictions } from "../src/shared/types.js";
import { type BootstrapOptions, bootstrapMeans } from "./bootstrap.js";
import {
  calibrationFloor,
  confidences,
  expectedCalibrationError,
  type ReliabilityBin,
  reliability,
} from "./calibration.js";
import { comparisonCautions } from "./cautions.js";
import { type ArmInput, type ComparisonInput, checkComparisonInput } from "./comparison-input.js";
import {
  accuracyInterval,
  bootstrapTable,
  classEstimate,
  differenceInterval,
  type Estimate,
  estimate,
  gapClosedInterval,
  gapInterval,
  pairRuns,
  type Resampled,
} from "./estimate.js";
import { headline } from "./headline.js";
import { computeMetrics, type Metrics, mean } from "./metrics.js";
import { type Arm, type Comparison, checkComparison, type Pair } from "./report-schema.js";
import { discordant, exactMcNemar, holm } from "./significance.js";

/**
 * Compares arms image by image: accuracies, gaps, what was closed, paired tests, calibration, cautions.
 * @throws bad input that names the first arm, seed and image at fault
 */
export function compareArms(input: ComparisonInput, options: BootstrapOptions = {}): Comparison {
  checkComparisonInput(input);
  const arms = resample(input.arms.map(measure), options);
  const reference = { sourceOnly: find(arms, "source-only"), oracle: find(arms, "oracle") };
  const { preview, experiment, backend, target, source, backbone, selection, ledger, environment, inputs } =
    input;
  const figures = {
    schema: 1 as const,
    experiment,
    backend,
    preview,
    classes: arms[0]!.classes,
    target,
    source,
    backbone,
    arms: arms.map((arm) => describeArm(arm, reference)),
    reference: {
      sourceOnly: reference.sourceOnly?.input.name ?? null,
      oracle: reference.oracle?.input.name ?? null,
    },
    pairs: withHolm(armPairs(arms, reference.sourceOnly).map(([a, b]) => describePair(a, b))),
    selection,
    ledger,
    environment,
    inputs,
  };
  const cautions = comparisonCautions(figures, input.arms);
  const own = (name: string) => cautions.filter((c) => c.arms.includes(name)).map((c) => c.text);
  return checkComparison(experiment, {
    ...figures,
    headline: headline(figures),
    arms: figures.arms.map((arm) => ({ ...arm, cautions: own(arm.name) })),
    cautions: cautions.map((c) => c.text),
  });
}

/** An arm's estimates. `E` is `Resampled` once the bootstrap has run. */
interface Measured<E extends Estimate> {
  input: ArmInput;
  classes: string[];
  target: E;
  source: E | null;
  before: E | null;
  /** One per class, over its own images. */
  recalls: E[];
}

type MeasuredArm = Measured<Resampled>;

function measure(arm: ArmInput): Measured<Estimate> {
  const runs = [...arm.runs].sort((a, b) => a.seed - b.seed);
  const seeds = runs.map((run) => run.seed);
  const { classes } = runs[0]!.target;
  const of = (part: "source" | "before") =>
    runs[0]![part]
      ? estimate(
          seeds,
          runs.map((run) => run[part]!),
        )
      : null;
  const targets = runs.map((run) => run.target);
  return {
    input: { ...arm, runs },
    classes,
    target: estimate(seeds, targets),
    source: of("source"),
    before: of("before"),
    recalls: classes.map((name) => classEstimate(seeds, targets, name)),
  };
}

/** One bootstrap over every estimate, so that all share the draws of seeds and images. */
function resample(arms: readonly Measured<Estimate>[], options: BootstrapOptions): MeasuredArm[] {
  const tables = arms.flatMap((arm) => [
    bootstrapTable(arm.target, "target"),
    ...[arm.source, arm.before].flatMap((e) => (e ? [bootstrapTable(e, "source")] : [])),
    ...arm.recalls.map((e, k) => bootstrapTable(e, `class ${k}`)),
  ]);
  const replicates = bootstrapMeans(tables, options).values();
  const take = <E extends Estimate>(e: E): Resampled => ({ ...e, replicates: replicates.next().value! });
  return arms.map((arm) => ({
    ...arm,
    target: take(arm.target),
    source: arm.source && take(arm.source),
    before: arm.before && take(arm.before),
    recalls: arm.recalls.map(take),
  }));
}

interface Reference {
  sourceOnly: MeasuredArm | undefined;
  oracle: MeasuredArm | undefined;
}

/** The arm named after its track, or else the first of the track. */
function find(arms: readonly MeasuredArm[], track: "source-only" | "oracle"): MeasuredArm | undefined {
  const candidates = arms.filter((arm) => arm.input.track === track);
  return candidates.find((arm) => arm.input.name === track) ?? candidates[0];
}

function describeArm(arm: MeasuredArm, reference: Reference): Omit<Arm, "cautions"> {
  const { name, track, k, synthetic, uses, runs } = arm.input;
  return {
    name,
    track,
    k,
    synthetic,
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
  const spoken = predictions.map(confidences);
  return {
    accuracy: accuracyInterval(target),
    perClass: classes.map((name, k) => describeClass(name, k, metrics, recalls[k]!)),
    ece: mean(spoken.map((rows) => expectedCalibrationError(rows))),
    eceFloor: mean(spoken.map((rows) => calibrationFloor(rows))),
    nll: mean(metrics.map((m) => m.nll)),
    brier: mean(metrics.map((m) => m.brier)),
    confusion: classes.map((_, i) => classes.map((_, j) => mean(metrics.map((m) => m.confusion[i]![j]!)))),
    reliability: pooledReliability(predictions),
  };
}

function describeClass(
  name: string,
  k: number,
  metrics: readonly Metrics[],
  recall: Resampled,
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

/** Pairs that may be compared: arms with the same label budget, and every arm against source-only. */
function armPairs(
  arms: readonly MeasuredArm[],
  sourceOnly: MeasuredArm | undefined,
): [MeasuredArm, MeasuredArm][] {
  return arms.flatMap((b, j) =>
    arms.slice(j + 1).flatMap((a): [MeasuredArm, MeasuredArm][] => {
      if (sameBudget(a.input, b.input) || b === sourceOnly) return [[a, b]];
      return a === sourceOnly ? [[b, a]] : [];
    }),
  );
}

function sameBudget(a: ArmInput, b: ArmInput): boolean {
  return a.track === b.track && a.k === b.k;
}

function describePair(a: MeasuredArm, b: MeasuredArm): Pair {
  const runs = pairRuns(a.target, b.target);
  return {
    a: a.input.name,
    b: b.input.name,
    difference: differenceInterval(a.target, b.target, runs),
    mcnemar: runs.map(({ seed, first, second }) => {
      const counts = discordant(first, second);
      return { seed, ...counts, p: exactMcNemar(counts.b, counts.c), pHolm: 1 };
    }),
  };
}

/** Corrects the tests of each seed for how many pairs were tested at that seed. */
function withHolm(pairs: readonly Pair[]): Pair[] {
  const seeds = new Set(pairs.flatMap((pair) => pair.mcnemar.map((test) => test.seed)));
  const adjusted = new Map<Pair["mcnemar"][number], number>();
  for (const seed of seeds) {
    const family = pairs.flatMap((pair) => pair.mcnemar.filter((test) => test.seed === seed));
    holm(family.map((test) => test.p)).forEach((p, i) => {
      adjusted.set(family[i]!, p);
    });
  }
  return pairs.map((pair) => ({
    ...pair,
    mcnemar: pair.mcnemar.map((test) => ({ ...test, pHolm: adjusted.get(test)! })),
  }));
}

function meanOrNull(values: readonly number[]): number | null {
  return values.length ? mean(values) : null;
}
