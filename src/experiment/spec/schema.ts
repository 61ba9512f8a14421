/** What an experiment may say: the strict schema of its file, which is also the type of the object. */
import { z } from "zod";
import type { AnyMethod } from "../../../adapt/methods/method.js";
import { TRACKS } from "../../shared/types.js";

const name = z.string().regex(/^[a-z0-9][a-z0-9._-]*$/i, "a name of letters, digits, '.', '_' and '-'");
const positive = z.number().positive();
const count = z.int().min(1);

const sceneSource = z.strictObject({ scene: z.string(), count, val: count });
const folderSource = z.strictObject({ dataset: z.string() });
const namedTarget = z.strictObject({
  dataset: z.string(),
  /** The held-out simulated domain that stands in where the real set cannot be had. */
  fallback: sceneSource.optional(),
});
const folderTarget = z.strictObject({ dir: z.string() });

const share = z.number().min(0).max(1);

/** How a phase's rates run: half a cosine after a warm-up over a share of it, or steps as StepLR. Constant where left out. */
const schedule = z.union([
  z.strictObject({ cosine: z.strictObject({ warmup: share.lt(1).default(0) }) }),
  z.strictObject({ step: z.strictObject({ size: count, gamma: positive.lt(1) }) }),
]);

/** A phase of the training engine as data (see `Phase` of adapt), and which domain it learns on. */
const phase = z.strictObject({
  on: z.enum(["source", "target"]),
  train: z.union([z.enum(["head", "all"]), z.strictObject({ from: z.string() })]),
  lr: positive,
  epochs: count,
  batch: count.default(8),
  optimizer: z.enum(["sgd", "adamw"]).default("sgd"),
  schedule: schedule.optional(),
  decay: positive.lt(1).optional(),
  unfreeze: z.strictObject({ every: count }).optional(),
  probe: count.optional(),
  l2sp: z.strictObject({ alpha: z.number().min(0), beta: z.number().min(0) }).optional(),
  batchNorm: z.enum(["frozen", "training"]).optional(),
  /** Epochs without a lower loss on held-out renders after which a phase on source ends. */
  patience: count.optional(),
  /** The epoch to keep: the best by what the track may see, the default, or the last. */
  select: z.enum(["best", "last"]).optional(),
  /** Weight of the loss on synthetic images that are mixed into a phase on target. */
  replay: positive.optional(),
});

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
  method: method.optional(),
  phases: z.array(phase).default([]),
});

export const experimentSchema = z.strictObject({
  name,
  source: z.union([sceneSource, folderSource]),
  target: z.union([namedTarget, folderTarget]),
  backbone: z.strictObject({
    /** One, or a list: then there is an experiment for each, named after it. */
    name: z.union([z.string(), z.array(z.string()).min(1)]),
    weights: z.string().default("imagenet1k"),
    /** Taken where the weights cannot be had. */
    fallback: z.string().optional(),
  }),
  views: z.int().min(0).default(4),
  /** How cached activations are kept: float16 halves the disk. float32 where left out. */
  precision: z.enum(["float32", "float16"]).optional(),
  seeds: z.array(z.int().min(0)).min(1).default([0]),
  preview: z.boolean().default(false),
  /** Renders of the source scene without its subjects, for the background-only check; none where left out. */
  background: z.strictObject({ count, val: count }).optional(),
  /** Arms whose difference from source-only is decided on; every adapted arm that uses renders where left out. */
  family: z.array(z.string()).min(1).optional(),
  arms: z.record(name, arm),
});

export type SceneSource = z.output<typeof sceneSource>;
/** A phase of an arm. */
export type ArmPhase = z.output<typeof phase>;
/** An arm as it was written, defaults filled in. */
export type ArmSpec = z.output<typeof arm>;
/** An experiment as its author writes it: a file's content, or an object of a script. */
export type ExperimentSpec = z.input<typeof experimentSchema>;
export type CheckedSpec = z.output<typeof experimentSchema>;
