/** Arms with their estimates, all resampled by one bootstrap. */
import { type BootstrapOptions, bootstrapMeans } from "../statistics/bootstrap.js";
import {
  bootstrapTable,
  classEstimate,
  type Estimate,
  estimate,
  type Resampled,
} from "../statistics/estimate.js";
import type { ArmInput } from "./input.js";

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

export type MeasuredArm = Measured<Resampled>;

/** Measures and resamples arms, so that all share the draws of seeds and images. */
export function measureArms(arms: readonly ArmInput[], options: BootstrapOptions): MeasuredArm[] {
  return resample(arms.map(measure), options);
}

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

/** The arms that gaps are measured between; undefined where there is none of the track. */
export interface Reference {
  sourceOnly: MeasuredArm | undefined;
  oracle: MeasuredArm | undefined;
}

/** The reference among the arms of one experiment. */
export function referenceOf(arms: readonly MeasuredArm[], experiment: string | undefined): Reference {
  const own = arms.filter((arm) => arm.input.experiment === experiment);
  return { sourceOnly: find(own, "source-only"), oracle: find(own, "oracle") };
}

/** The arm named after its track, or else the first of the track. */
function find(arms: readonly MeasuredArm[], track: "source-only" | "oracle"): MeasuredArm | undefined {
  const candidates = arms.filter((arm) => arm.input.track === track);
  return candidates.find((arm) => (arm.input.role ?? arm.input.name) === track) ?? candidates[0];
}
