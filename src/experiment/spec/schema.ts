/** What an experiment may say: the strict schema of its file, which is also the type of the object. */
import { z } from "zod";
import type { AnyMethod } from "../../../adapt/methods/method.js";
import { count, rate, strength, weight, weightOrNone } from "../../../adapt/training/bounds.js";
import { ownName } from "../../shared/schema.js";
import { TRACKS } from "../../shared/types.js";

const name = ownName;
/** A file or a folder. */
const place = z.string().min(1);

const sceneSource = z.strictObject({ scene: place, count, val: count });
const folderSource = z.strictObject({ dataset: place });
const namedTarget = z.strictObject({
  dataset: z.string(),
  /** The held-out simulated domain that stands in where the real set cannot be had. */
  fallback: sceneSource.optional(),
});
const folderTarget = z.strictObject({
  dir: place,
  /** Class -> its folder, where folders are not called as the source's classes are. */
  classes: z.record(name, z.string().min(1)).optional(),
  /** Leaves out images that cannot be read, and names them, instead of refusing the whole. */
  skipBad: z.boolean().optional(),
});

const areDistinct = (names: readonly string[]): boolean => new Set(names).size === names.length;

const share = z.number().min(0).max(1);
/** By which rates fall from step to step, or from layer to layer. */
const factor = z.number().positive().lt(1);

/** How a phase's rates run: half a cosine after a warm-up over a share of it, or steps as StepLR. Constant where left out. */
const schedule = z.union([
  z.strictObject({ cosine: z.strictObject({ warmup: share.lt(1).default(0) }) }),
  z.strictObject({ step: z.strictObject({ size: count, gamma: factor }) }),
]);

const domain = z.enum(["source", "target"]);

/** One domain, both alike, or both with a weight for the loss on each. */
const on = z.union([
  domain,
  z.tuple([z.literal("source"), z.literal("target")]),
  z.strictObject({ source: weight, target: weight }),
]);

/** A phase of the training engine as data (see `Phase` of adapt), and which domains it learns on. */
const descent = z.strictObject({
  on,
  train: z.union([z.enum(["head", "all"]), z.strictObject({ from: z.string() })]),
  lr: rate,
  epochs: count,
  batch: count.default(8),
  optimizer: z.enum(["sgd", "adamw"]).default("sgd"),
  schedule: schedule.optional(),
  decay: factor.optional(),
  unfreeze: z.strictObject({ every: count }).optional(),
  probe: count.optional(),
  l2sp: z.strictObject({ alpha: weightOrNone, beta: weightOrNone }).optional(),
  batchNorm: z.enum(["frozen", "training"]).optional(),
  /** Epochs without a lower loss on held-out renders after which a phase on source ends. */
  patience: count.optional(),
  /** The epoch to keep: the best by what the track may see, the default, or the last. */
  select: z.enum(["best", "last"]).optional(),
});

/** A head by exact logistic regression on frozen features: deterministic, and at its optimum on few images too. */
const exact = z.strictObject({
  on,
  train: z.literal("head"),
  optimizer: z.literal("exact"),
  scaling: z.enum(["normalised", "standardised"]).default("normalised"),
  /** Inverse strength of the penalty; chosen by what the track may see where left out. */
  c: strength.optional(),
});

/** Weights averaged with those of an arm that this one starts from: WiSE-FT. `share` is this arm's own. */
const average = z.strictObject({ average: z.strictObject({ with: name, share: share.default(0.5) }) });

/** What a phase is told apart by, so that a fault in one is not answered by another's schema. */
const phase = z.unknown().transform((value, context) => {
  const kind = kindOf(value);
  const result = kind.safeParse(value);
  if (result.success) return result.data as z.output<typeof descent | typeof exact | typeof average>;
  for (const issue of result.error.issues) context.addIssue(issue as never);
  return z.NEVER;
});

function kindOf(value: unknown): typeof descent | typeof exact | typeof average {
  if (typeof value !== "object" || value === null) return descent;
  if ("average" in value) return average;
  return (value as { optimizer?: unknown }).optimizer === "exact" ? exact : descent;
}

/** A method's name, its name and its options, or in a script the method itself. */
const method = z.union([
  z.string(),
  z.record(z.string(), z.record(z.string(), z.unknown())),
  z.custom<AnyMethod>(
    (value) => typeof (value as Partial<AnyMethod> | null)?.run === "function",
    "a method: its name, { name: options }, or an object with a run function",
  ),
]);

const arm = z.strictObject({
  track: z.enum(TRACKS),
  from: name.optional(),
  k: count.optional(),
  /**
   * Draws of the k labels that an exact head is fitted to: the first one's is the arm's model, all of them are the spread
   * of the k curve. Twenty where the arm learns from labels alone, else one.
   */
  draws: z.int().min(1).max(1000).optional(),
  method: method.optional(),
  /**
   * An augmentation by name, or by name and options, of the source images that the arm's own phases train on. Target images,
   * the arm's method, and arms that start from this one keep the usual views: weights come with `from`, augmentation does not.
   */
  augment: z.union([z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))]).optional(),
  phases: z.array(phase).default([]),
});

/** An arm that is set against source-only, or against the arm that it names. */
const familyMember = z.union([z.string(), z.strictObject({ arm: z.string(), against: z.string() })], {
  error: "the name of an arm, or an arm and what it is set against",
});

export const experimentSchema = z.strictObject({
  name,
  source: z.union([sceneSource, folderSource]),
  target: z.union([namedTarget, folderTarget]),
  backbone: z.strictObject({
    /** One, or a list: then there is an experiment for each, named after it. */
    name: z.union([
      z.string(),
      z.array(z.string()).min(1).refine(areDistinct, { error: "each backbone once" }),
    ]),
    weights: place.default("imagenet1k"),
    /** Taken where the weights cannot be had. */
    fallback: z.string().optional(),
  }),
  views: z.int().min(0).max(1000).default(4),
  /** How cached activations are kept: float16 halves the disk. float32 where left out. */
  precision: z.enum(["float32", "float16"]).optional(),
  seeds: z.array(z.int().min(0)).min(1).default([0]),
  preview: z.boolean().default(false),
  /** Renders of the source scene without its subjects, for the background-only check; none where left out. */
  background: z.strictObject({ count, val: count }).optional(),
  /** What is decided on: arms against source-only, or against another; left out: all that adapt and use renders. */
  family: z.array(familyMember).min(1).optional(),
  arms: z.record(name, arm),
});

export type FamilyMember = z.output<typeof familyMember>;
export type SceneSource = z.output<typeof sceneSource>;
/** A phase of an arm. */
export type ArmPhase = DescentPhase | ExactPhase | AveragePhase;
export type DescentPhase = z.output<typeof descent>;
export type ExactPhase = z.output<typeof exact>;
export type AveragePhase = z.output<typeof average>;
/** A phase that learns from images. */
export type LearningPhase = DescentPhase | ExactPhase;
/** An arm as it was written, defaults filled in. */
export type ArmSpec = z.output<typeof arm>;
type PhaseSpec = z.input<typeof descent> | z.input<typeof exact> | z.input<typeof average>;
type WrittenArm = Omit<z.input<typeof arm>, "phases"> & { phases?: readonly PhaseSpec[] };
/** An experiment as its author writes it: a file's content, or an object of a script. */
export type ExperimentSpec = Omit<z.input<typeof experimentSchema>, "arms"> & {
  arms: Readonly<Record<string, WrittenArm>>;
};
export type CheckedSpec = z.output<typeof experimentSchema>;
