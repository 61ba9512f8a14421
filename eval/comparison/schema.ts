/** The schema of `report.json`. Fields may be added, none renamed: other tools read it. */
import { z } from "zod";
import { invalid, note } from "../../src/shared/errors.js";
import { TRACKS } from "../../src/shared/types.js";
import { duplicateReportSchema } from "../images/duplicate-report.js";
import { IMAGE_STATISTICS } from "../images/image-statistics.js";
import { ledgerEntrySchema } from "../predictions/ledger.js";

const share = z.number().min(0).max(1);

export const intervalSchema = z.strictObject({
  mean: z.number(),
  low: z.number(),
  high: z.number(),
  /** Images behind it, those of one seed. */
  n: z.int().min(1),
  /** One a seed. */
  values: z.array(z.number()),
  method: z.string(),
});

/** Means over seeds; null where it would divide by zero in every seed. */
const perClassSchema = z.strictObject({
  class: z.string(),
  support: z.number(),
  precision: share.nullable(),
  recall: share.nullable(),
  f1: share.nullable(),
  /** The recall with its interval; null for a class without images. */
  recallInterval: intervalSchema.nullable(),
});

const reliabilityBinSchema = z.strictObject({
  low: share,
  high: share,
  n: z.number(),
  confidence: share.nullable(),
  accuracy: share.nullable(),
});

const epochSchema = z.strictObject({
  seed: z.number(),
  phase: z.string(),
  epoch: z.number(),
  trainLoss: z.number().nullable(),
  trainAccuracy: z.number().nullable(),
  valLoss: z.number().nullable(),
  valAccuracy: z.number().nullable(),
});

const targetFiguresSchema = z.strictObject({
  accuracy: intervalSchema,
  perClass: z.array(perClassSchema),
  /** Means over seeds. */
  ece: z.number(),
  /** Mean ECE when each prediction is correct with the model's own confidence. */
  eceFloor: z.number(),
  nll: z.number(),
  brier: z.number(),
  /** `confusion[i][j]`: images of class i predicted as class j, mean over seeds. */
  confusion: z.array(z.array(z.number())),
  /** Confidences of all seeds together; `n` is the mean count of one seed. */
  reliability: z.array(reliabilityBinSchema),
  /** A temperature fitted on named data, never the target, and what it makes of the target; null where there are none. */
  temperature: z
    .strictObject({ value: z.number(), fittedOn: z.string(), ece: z.number(), nll: z.number() })
    .nullable(),
});

const armSchema = z.strictObject({
  name: z.string().min(1),
  /** The experiment it belongs to where several are compared, else null. */
  experiment: z.string().nullable(),
  track: z.enum(TRACKS),
  /** Real labels a class; null where the track is not k-shot. */
  k: z.int().min(1).nullable(),
  /** Whether the arm trained on rendered images. */
  synthetic: z.boolean(),
  /** Whether the arm learned from target images without their labels. */
  unlabelled: z.boolean(),
  /** Stated use of target labels and images. */
  uses: z.string(),
  seeds: z.array(z.number()).min(1),
  source: z.strictObject({
    accuracy: intervalSchema.nullable(),
    /** Accuracy on the same renders of the source-only model that the arm started from. */
    before: intervalSchema.nullable(),
  }),
  target: targetFiguresSchema,
  gap: intervalSchema.nullable(),
  gapClosed: intervalSchema.nullable(),
  /** Mean over seeds. */
  seconds: z.number(),
  curves: z.array(epochSchema),
  /** Accuracy on target train labels of the checkpoint that each validator selects; means over seeds. */
  regret: z.array(
    z.strictObject({
      validator: z.string(),
      selected: share,
      last: share,
      best: share,
      regret: share,
    }),
  ),
  /** Accuracies after each draw of its k labels, `[seed][draw]`, the arm's own first; null where there is one draw. */
  draws: z.array(z.array(share)).nullable(),
  cautions: z.array(z.string()),
});

const pairSchema = z.strictObject({
  a: z.string(),
  b: z.string(),
  /** Accuracy of a minus accuracy of b on the same target images. */
  difference: intervalSchema,
  /** Two-sided, of the crossed estimate; null for a single seed, whose variance nobody knows. */
  p: share.nullable(),
  /** By Holm over the family that the pair belongs to; null for a pair of none. */
  pAdjusted: share.nullable(),
  /** Whether the decision is that the arms differ. False decides nothing: what was not shown may be there. */
  shown: z.boolean(),
  /**
   * Exact tests of the trained seeds, each by itself. b: images that only arm a classified correctly; c: only arm b.
   * Holm's family here is every pair of the report at that seed.
   */
  mcnemar: z.array(
    z.strictObject({
      seed: z.number(),
      b: z.int(),
      c: z.int(),
      p: share,
      pHolm: share,
    }),
  ),
});

/** Arms set against their experiment's source-only arm or against one another, and corrected for together. */
const familySchema = z.strictObject({
  /** Where several are compared, else null. */
  experiment: z.string().nullable(),
  /** Set against source-only. */
  arms: z.array(z.string()),
  /** Set against the arm that each names. */
  pairs: z.array(z.strictObject({ arm: z.string(), against: z.string() })).default([]),
  /** Whether the experiment file names them; else they are the adapted arms that use renders. */
  declared: z.boolean(),
  /** Whether it was not the same for every run; then these are all arms that were ever in it. */
  changed: z.boolean(),
});

const labelsSchema = z.strictObject({
  /** Labels a class. */
  k: z.number(),
  /** Set where the value lies below or above every k that was measured; `k` is then the nearest of them. */
  beyond: z.enum(["below", "above"]).nullable(),
});

/** The number of labelled photographs a class at which photographs alone reach what renders alone reach. */
const worthSchema = z.strictObject({
  /** The arm that saw renders alone. */
  renders: z.string(),
  /** The arms that saw photographs alone, each with its labels a class. */
  photographs: z.array(z.strictObject({ arm: z.string(), k: z.number(), draws: z.int().min(1) })).min(2),
  estimate: labelsSchema,
  low: labelsSchema,
  high: labelsSchema,
});

const upliftSchema = z.strictObject({
  k: z.int().min(1),
  arm: z.string(),
  /** The arm with the same labels and no renders. */
  without: z.string(),
  /** Draws of the labels a seed that both were fitted to. */
  draws: z.number().min(1),
  difference: intervalSchema,
});

const pointSchema = z.tuple([z.number(), z.number()]);
const domainSchema = z.enum(["source", "target"]);

/** Two-dimensional pictures of features, for every backbone that arms ended with. */
const embeddingSchema = z.strictObject({
  arms: z.array(z.string()).min(1),
  seed: z.number(),
  /** Share of the variance along the two principal components. */
  explained: pointSchema,
  points: z.array(
    z.strictObject({
      domain: domainSchema,
      class: z.string(),
      pca: pointSchema,
      /** Only in reports that were written when a t-SNE was drawn too. */
      tsne: pointSchema.optional(),
    }),
  ),
});

const distancesSchema = z.strictObject({
  arms: z.array(z.string()).min(1),
  seed: z.number(),
  proxyA: z.strictObject({ value: z.number(), floor: z.number() }),
  mmd2: z.strictObject({
    mmd2: z.number(),
    p: share,
    bandwidth: z.number(),
    floor: z.number(),
    floorP: share,
  }),
  kernel: z.strictObject({ value: z.number(), floor: z.number() }),
});

const spreadSchema = z.strictObject({
  mean: z.number(),
  std: z.number(),
  p10: z.number(),
  median: z.number(),
  p90: z.number(),
});

const statisticSchema = z.strictObject({
  name: z.enum(IMAGE_STATISTICS),
  source: spreadSchema,
  target: spreadSchema,
  /** (mean of renders - mean of the target) / standard deviation of the target. */
  difference: z.number(),
});

const galleryItemSchema = z.strictObject({
  arm: z.string(),
  seed: z.number(),
  domain: domainSchema,
  dataset: z.string(),
  kind: z.enum(["wrong", "uncertain", "right"]),
  id: z.string(),
  label: z.string(),
  /** The predicted class. */
  taken: z.string(),
  confidence: share,
});

const backgroundSchema = z.strictObject({
  seeds: z.array(z.number()).min(1),
  /** On held-out renders whose subjects are hidden too. */
  source: intervalSchema,
  /** On the target's images as they are; null where none were asked. */
  target: intervalSchema.nullable(),
});

export const targetSchema = z.strictObject({
  dataset: z.string(),
  kind: z.enum(["real", "stand-in"]),
  split: z.string(),
  n: z.int().min(1),
  /** Images that could not be read, of its training images too; absent where such are refused. */
  leftOut: z.array(z.strictObject({ id: z.string(), why: z.string() })).optional(),
});

export const backboneSchema = z.strictObject({
  name: z.string(),
  weights: z.string(),
  sha256: z.string(),
  pretraining: z.string(),
});

export const reportSchema = z.strictObject({
  schema: z.literal(1),
  experiment: z.string(),
  backend: z.string(),
  preview: z.boolean(),
  /** What was found, in one sentence. */
  headline: z.string(),
  classes: z.array(z.string()).min(2),
  target: targetSchema,
  source: z.strictObject({ scene: z.string(), sha256: z.string(), n: z.int().min(0) }),
  backbone: backboneSchema,
  arms: z.array(armSchema).min(1),
  /** Arms that the gap closed is measured between. */
  reference: z.strictObject({ sourceOnly: z.string().nullable(), oracle: z.string().nullable() }),
  pairs: z.array(pairSchema),
  /** The families of pairs that are decided on; pairs between experiments are a family of their own. */
  families: z.array(familySchema),
  /** Synthetic uplift at k: accuracy with renders and k labels minus with k labels alone. */
  uplift: z.array(upliftSchema),
  /** One for each way to learn that was tried on renders alone and on photographs alone. */
  worth: z.array(worthSchema),
  /** What differs between experiments, as JSON; null for one experiment, and for a value that is absent. */
  experiments: z
    .strictObject({
      names: z.array(z.string()),
      changes: z.array(z.strictObject({ path: z.string(), values: z.array(z.string().nullable()) })),
    })
    .nullable(),
  embeddings: z.array(embeddingSchema),
  distances: z.array(distancesSchema),
  /** How far the surroundings alone give the class away; null where it was not tried. */
  background: backgroundSchema.nullable(),
  statistics: z.array(statisticSchema),
  gallery: z.array(galleryItemSchema),
  duplicates: duplicateReportSchema.nullable(),
  /** Arm -> how its epochs were chosen. */
  selection: z.record(z.string(), z.string()),
  ledger: z.array(ledgerEntrySchema),
  /** The names under which the ledger counts openings of the target: a copy of a known set has that set's. */
  sealed: z.array(z.strictObject({ dataset: z.string(), split: z.string() })),
  cautions: z.array(z.string()),
  environment: z.record(z.string(), z.unknown()),
  inputs: z.array(z.strictObject({ name: z.string(), path: z.string().optional(), sha256: z.string() })),
});

/** What `report.json` holds, and all that a report is drawn from. */
export type Comparison = z.infer<typeof reportSchema>;
/** An arm's figures. */
export type Arm = Comparison["arms"][number];
/** Two arms on the same images, and what was decided of them. */
export type Pair = Comparison["pairs"][number];
/** A family of tests. */
export type Family = Comparison["families"][number];
/** What renders add to k labels a class. */
export type Uplift = Comparison["uplift"][number];
export type Worth = Comparison["worth"][number];
export type Embedding = Comparison["embeddings"][number];
export type Distances = Comparison["distances"][number];
export type Statistic = Comparison["statistics"][number];
export type GalleryItem = Comparison["gallery"][number];

/** Checks a comparison against the schema. @throws bad input that names the first field at fault */
export function checkComparison(where: string, value: unknown): Comparison {
  const result = reportSchema.safeParse(value);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0]!;
  throw invalid(`${where}: ${path.join(".") || "report"}`, "a report of schema 1", note(message));
}
