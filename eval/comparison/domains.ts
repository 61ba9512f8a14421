/** Renders and photographs in the features of the backbones that arms ended with. */
import { stream } from "../../src/shared/rng.js";
import { domainDistances } from "../statistics/distance.js";
import { type Features, stackRows, takeRows } from "../statistics/features.js";
import { principalComponents } from "../statistics/pca.js";
import type { Distances, Embedding } from "./schema.js";

/** One domain's features, and the class of each row. */
export interface LabelledFeatures {
  features: Features;
  labels: readonly string[];
}

/** The features of one run. */
export interface FeatureView {
  /** Every arm that ended with these features; the first is the one that computed them. */
  arms: string[];
  seed: number;
  source: LabelledFeatures;
  target: LabelledFeatures;
}

/** Images a domain needs: a floor is measured between halves, and each half is cut into five folds. */
const LEAST_IMAGES = 10;

/** None for domains too small to measure, or whose features do not vary. */
export function describeDistances(views: readonly FeatureView[]): Distances[] {
  return views
    .filter(({ source, target }) => Math.min(source.features.rows, target.features.rows) >= LEAST_IMAGES)
    .map(({ arms, seed, source, target }) => ({
      arms,
      seed,
      ...domainDistances(source.features, target.features),
    }))
    .filter(({ proxyA, mmd2, kernel }) =>
      [proxyA, mmd2, kernel].flatMap(Object.values).every(Number.isFinite),
    );
}

/** Points of either domain that a picture holds at most. */
export const EMBEDDED_POINTS = 200;
/** Pictures at most: the backbone as it came, and the last that an arm moved it to. */
const PICTURES = 2;

/** Principal components of both domains together. */
export function describeEmbeddings(views: readonly FeatureView[]): Embedding[] {
  const chosen = views.length > PICTURES ? [views[0]!, views.at(-1)!] : views;
  return chosen.map(embed);
}

function embed({ arms, seed, source, target }: FeatureView): Embedding {
  const [renders, photographs] = [sample(source, "source"), sample(target, "target")];
  const features = stackRows(renders.features, photographs.features);
  const { points: pca, explained } = principalComponents(features);
  const labels = [...renders.labels, ...photographs.labels];
  return {
    arms,
    seed,
    explained: [explained[0]!, explained[1]!],
    points: labels.map((label, i) => ({
      domain: i < renders.labels.length ? "source" : "target",
      class: label,
      pca: rounded(pca[i]!),
    })),
  };
}

/** The same rows every time, where there are more than a picture holds. */
function sample({ features, labels }: LabelledFeatures, domain: string): LabelledFeatures {
  if (labels.length <= EMBEDDED_POINTS) return { features, labels };
  const order = stream(0, "embedding", domain).shuffle(labels.map((_, i) => i));
  const rows = order.slice(0, EMBEDDED_POINTS).sort((a, b) => a - b);
  return { features: takeRows(features, rows), labels: rows.map((i) => labels[i]!) };
}

/** A picture needs no more digits. */
const rounded = ([x, y]: readonly number[]): [number, number] => [
  Number(x!.toPrecision(5)),
  Number(y!.toPrecision(5)),
];
