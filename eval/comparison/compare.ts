/** Arms measured on the same images become one comparison: the contents of `report.json`. */
import { describeArm } from "./arm-figures.js";
import { describeBackground } from "./background.js";
import { comparisonCaveats } from "./caveats.js";
import { configDiff } from "./config-diff.js";
import { describeDistances, describeEmbeddings } from "./domains.js";
import { familiesOf } from "./family.js";
import { selectGallery } from "./gallery.js";
import { headline } from "./headline.js";
import { type ComparisonInput, checkComparisonInput } from "./input.js";
import { measureArm, referenceOf } from "./measure.js";
import { describePairs, describeUplift, unpairedArms } from "./pairs.js";
import { type Comparison, checkComparison } from "./schema.js";
import { describeStatistics } from "./statistics.js";
import { describeWorth } from "./worth.js";

/**
 * Compares arms image by image: accuracies, gaps, what was closed, paired tests, calibration, caveats.
 * @param input arms of one or more seeds, labelled predictions of the same images in each
 * @throws bad input that names the first arm, seed and image at fault
 */
export function compareArms(input: ComparisonInput): Comparison {
  checkComparisonInput(input);
  const arms = input.arms.map((arm) => measureArm(arm, input.sharedSource ?? false));
  const families = familiesOf(arms, input.families);
  const reference = referenceOf(arms, input.arms[0]!.experiment);
  const {
    preview,
    experiment,
    backend,
    target,
    source,
    backbone,
    selection,
    ledger,
    sealed,
    environment,
    inputs,
  } = input;
  const figures = {
    schema: 1 as const,
    experiment,
    backend,
    preview,
    classes: arms[0]!.classes,
    target,
    source,
    backbone,
    arms: arms.map((arm) => describeArm(arm, referenceOf(arms, arm.input.experiment))),
    reference: {
      sourceOnly: reference.sourceOnly?.input.name ?? null,
      oracle: reference.oracle?.input.name ?? null,
    },
    pairs: describePairs(arms, families),
    families,
    uplift: describeUplift(arms),
    worth: describeWorth(input.arms),
    experiments: describeExperiments(input),
    embeddings: describeEmbeddings(input.features ?? []),
    distances: describeDistances(input.features ?? []),
    background: describeBackground(input.background ?? []),
    statistics: describeStatistics(input.statistics),
    gallery: selectGallery(input.arms, reference.sourceOnly?.input.name),
    duplicates: input.duplicates ?? null,
    selection,
    ledger,
    sealed: sealed?.length ? sealed : [{ dataset: target.dataset, split: target.split }],
    environment,
    inputs,
  };
  const caveats = comparisonCaveats(figures, input.arms, unpairedArms(arms, families), input.unfinished);
  const own = (name: string) => caveats.filter((c) => c.arms.includes(name)).map((c) => c.text);
  return checkComparison(experiment, {
    ...figures,
    headline: headline(figures),
    arms: figures.arms.map((arm) => ({ ...arm, cautions: own(arm.name) })),
    cautions: caveats.map((c) => c.text),
  });
}

/** Null for a single experiment: there is nothing that could differ. */
function describeExperiments({ experiments = [] }: ComparisonInput): Comparison["experiments"] {
  if (experiments.length < 2) return null;
  const shown = (value: unknown) => (value === undefined ? null : JSON.stringify(value));
  return {
    names: experiments.map(({ name }) => name),
    changes: configDiff(experiments.map(({ config }) => config)).map(({ path, values }) => ({
      path,
      values: values.map(shown),
    })),
  };
}
