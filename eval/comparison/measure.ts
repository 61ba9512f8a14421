/** Arms with their estimates. */
import { classEstimate, type Estimate, estimate } from "../statistics/estimate.js";
import type { ArmInput } from "./input.js";

export interface MeasuredArm {
  input: ArmInput;
  classes: string[];
  target: Estimate;
  source: Estimate | null;
  before: Estimate | null;
  /** One per class, over its own images. */
  recalls: Estimate[];
}

/** @param sharedSource whether every seed held out the same source images, as of a dataset that nobody rendered */
export function measureArm(arm: ArmInput, sharedSource: boolean): MeasuredArm {
  const runs = [...arm.runs].sort((a, b) => a.seed - b.seed);
  const seeds = runs.map((run) => run.seed);
  const { classes } = runs[0]!.target;
  const targets = runs.map((run) => run.target);
  const ofTarget = { shared: true, untrained: arm.track === "zero-training" };
  const ofSource = (part: "source" | "before") => {
    const found = runs.flatMap((run) => run[part] ?? []);
    return found.length > 0 ? estimate(seeds, found, { shared: sharedSource }) : null;
  };
  return {
    input: { ...arm, runs },
    classes,
    target: estimate(seeds, targets, ofTarget),
    source: ofSource("source"),
    before: ofSource("before"),
    recalls: classes.map((name) => classEstimate(seeds, targets, { ...ofTarget, name })),
  };
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
