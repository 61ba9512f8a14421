/** Runs of scenes with something left out become one ablation: the contents of its `report.json`. */
import { invalid } from "../../src/shared/errors.js";
import type { Predictions } from "../../src/shared/types.js";
import { checkPredictions } from "../predictions/check.js";
import {
  accuracyInterval,
  type Estimate,
  estimate,
  holdsZero,
  pairedDifference,
  pairRuns,
  smallestShown,
} from "../statistics/estimate.js";
import { holm } from "../statistics/significance.js";
import { ablationHeadline } from "./headline.js";
import { type Ablation, type AblationVariant, checkAblation } from "./schema.js";

/** One trained seed. */
export interface AblationRun {
  seed: number;
  /** Of its own held-out renders. */
  renders: Predictions;
  /** Of the target's training images, labelled; the same in every run. */
  target: Predictions;
}

/** The runs of a scene. */
export interface VariantInput extends Pick<Ablation["full"], "name" | "count" | "sha256"> {
  kind: "full" | AblationVariant["kind"];
  factor: string | null;
  /** The same seeds in every variant. */
  runs: readonly AblationRun[];
}

/** What an ablation is described from. */
export interface AblationInput
  extends Pick<
    Ablation,
    | "experiment"
    | "arm"
    | "backend"
    | "target"
    | "source"
    | "backbone"
    | "cautions"
    | "environment"
    | "inputs"
  > {
  /** The whole scene first. */
  variants: readonly [VariantInput, ...VariantInput[]];
}

/**
 * Sets every variant against the whole scene, seed by seed and image by image.
 * @throws bad input that names the first run at fault
 */
export function describeAblation({ variants, ...input }: AblationInput): Ablation {
  checkRuns(variants, input.target.n);
  const [whole, ...others] = variants.map(measure);
  const { kind: _, factor: _none, estimates, ...full } = whole!;
  const undecided = others.map((one) => against(one, estimates, familySize(others, one)));
  const decided = correctedWithin(undecided);
  const figures = {
    schema: 1 as const,
    kind: "ablation" as const,
    ...input,
    classes: variants[0].runs[0]!.target.classes,
    seeds: estimates.seeds,
    full,
    variants: decided,
  };
  return checkAblation(input.experiment, { ...figures, headline: ablationHeadline(figures) });
}

/** What leaves something out is tested together, and so are numbers of renders: two questions. */
const familyOf = ({ kind }: { kind: VariantInput["kind"] }) => (kind === "count" ? "counts" : "factors");

const familySize = (all: readonly Measured[], one: Measured): number =>
  all.filter((other) => familyOf(other) === familyOf(one)).length;

type Measured = ReturnType<typeof measure>;

function measure({ runs, ...variant }: VariantInput) {
  const sorted = [...runs].sort((a, b) => a.seed - b.seed);
  const of = (what: "renders" | "target") =>
    estimate(
      sorted.map(({ seed }) => seed),
      sorted.map((run) => run[what]),
      { shared: what === "target" },
    );
  const estimates = of("target");
  return {
    ...variant,
    renders: accuracyInterval(of("renders")),
    target: accuracyInterval(estimates),
    estimates,
  };
}

function against({ estimates, ...variant }: Measured, whole: Estimate, tests: number): AblationVariant {
  const runs = pairRuns(estimates, whole);
  const [alone, family] = [smallestShown(runs), smallestShown(runs, tests)];
  return {
    ...(variant as Omit<typeof variant, "kind"> & Pick<AblationVariant, "kind">),
    ...pairedDifference(runs),
    pAdjusted: null,
    shown: false,
    smallest: alone === null || family === null ? null : { alone, family },
  };
}

function correctedWithin(variants: readonly AblationVariant[]): AblationVariant[] {
  const adjusted = new Map<AblationVariant, number>();
  for (const name of ["factors", "counts"]) {
    const family = variants.filter((one) => familyOf(one) === name && one.p !== null);
    holm(family.map(({ p }) => p!)).forEach((p, i) => {
      adjusted.set(family[i]!, p);
    });
  }
  return variants.map((one) => {
    const pAdjusted = adjusted.get(one) ?? null;
    return { ...one, pAdjusted, shown: pAdjusted !== null && pAdjusted < 0.05 && !holdsZero(one.difference) };
  });
}

function checkRuns(variants: readonly VariantInput[], n: number): void {
  const [{ runs }] = variants as [VariantInput];
  const { classes, rows } = runs[0]!.target;
  const ids = rows.map(({ id }) => id);
  const seeds = seedsOf(variants[0]!);
  for (const variant of variants) {
    if (seedsOf(variant) !== seeds) throw invalid(variant.name, `the seeds ${seeds}`, seedsOf(variant));
    for (const { seed, renders, target } of variant.runs) {
      const where = `${variant.name}, seed ${seed}`;
      checkPredictions(`${where}, renders`, renders, { classes });
      checkPredictions(`${where}, target`, target, { classes, ids });
      if (target.rows.length !== n) throw invalid(where, `${n} rows`, target.rows.length);
    }
  }
}

const seedsOf = ({ runs }: VariantInput): string =>
  runs
    .map(({ seed }) => seed)
    .sort((a, b) => a - b)
    .join(", ");
