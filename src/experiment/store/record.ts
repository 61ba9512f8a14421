/** What a run writes about itself, and how it is checked when it is read back: a folder may be anyone's by then. */
import { z } from "zod";
import type { Caveat, ComparisonInput } from "../../../eval/comparison/input.js";
import { type DuplicateReport, duplicateReportSchema } from "../../../eval/images/duplicate-report.js";
import { TRACKS, type Track } from "../../shared/types.js";
import type { SealedSet } from "../source/sealed-set.js";
import type { Family } from "../spec/family.js";

/** What the runs of an experiment share, and a report says of them. */
export interface Setting
  extends Pick<ComparisonInput, "backend" | "target" | "backbone" | "inputs" | "preview"> {
  /** Of the target's and the backbone's cards; absent in records from before they were kept. */
  caveats?: Caveat[];
  /** The names under which the ledger counts openings of the target's labels; absent in older records. */
  sealed?: SealedSet[];
  /** What is known of the target's images that look alike, where antbee split them. */
  duplicates?: DuplicateReport;
  /** The arms that were to be decided on when the run was made; absent in older records. */
  family?: Family;
}

/** What a run did, beside its checkpoint, metrics and predictions: all that a comparison needs to know of it. */
export interface RunRecord extends Setting {
  /** Hash of the configuration: the same key means the same work. */
  key: string;
  experiment: string;
  arm: string;
  track: Track;
  k: number | null;
  /** Target labels a class that it learned from, a mean where classes differ; absent in older records. */
  labels?: number;
  synthetic: boolean;
  /** Whether it learned from target images without their labels; absent in older records. */
  unlabelled?: boolean;
  seed: number;
  source: ComparisonInput["source"];
  /** What the run saw of the target's labels, in words. */
  uses: string;
  /** How its epochs were chosen, in words. */
  selection: string;
  /** Epochs kept of each phase. */
  epochs: number[];
  seconds: number;
  /** The arm's place in the experiment: reports keep that order. */
  position: number;
  /** Whether it was taken from beside its report: its evidence is here, its weights and features are not. */
  kept?: boolean;
  /** sha256 of the run's files by their POSIX path; absent in records from before they were kept. */
  files?: Record<string, string>;
  /** sha256 of all the rest of this record, as canonical JSON; absent in older records. */
  self?: string;
}

export interface RunConfig {
  experiment: string;
  arm: string;
  seed: number;
  [key: string]: unknown;
}

/** A name that stands in paths: it leads nowhere else. */
const pathName = z.string().regex(/^(?!\.{1,2}$)[^/\\\0]+$/, "a name without slashes");
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, "a sha256");
const seed = z.int().min(0);

/** Keys that later versions add pass. */
export const runRecordSchema = z.looseObject({
  key: z.string(),
  experiment: pathName,
  arm: pathName,
  track: z.enum(TRACKS),
  k: z.int().min(1).nullable(),
  labels: z.number().min(0).optional(),
  synthetic: z.boolean(),
  unlabelled: z.boolean().optional(),
  seed,
  source: z.looseObject({ scene: z.string(), sha256: z.string(), n: z.int().min(0) }),
  uses: z.string(),
  selection: z.string(),
  epochs: z.array(z.number()),
  seconds: z.number().min(0),
  position: z.int().min(0),
  backend: z.string(),
  preview: z.boolean(),
  target: z.looseObject({
    dataset: pathName,
    kind: z.enum(["real", "stand-in"]),
    split: z.string(),
    n: z.int().min(0),
    leftOut: z.array(z.looseObject({ id: z.string(), why: z.string() })).optional(),
  }),
  backbone: z.looseObject({
    name: z.string(),
    weights: z.string(),
    sha256: z.string(),
    pretraining: z.string(),
  }),
  inputs: z.array(z.looseObject({ name: z.string(), path: z.string().optional(), sha256: z.string() })),
  caveats: z
    .array(z.looseObject({ about: z.enum(["target", "weights", "source"]), statement: z.string() }))
    .optional(),
  sealed: z.array(z.looseObject({ dataset: z.string(), split: z.string() })).optional(),
  family: z
    .looseObject({
      arms: z.array(z.string()),
      pairs: z.array(z.looseObject({ arm: z.string(), against: z.string() })).optional(),
      declared: z.boolean(),
    })
    .optional(),
  duplicates: duplicateReportSchema.optional(),
  kept: z.boolean().optional(),
  files: z.record(z.string(), sha256).optional(),
  self: sha256.optional(),
});

const configuredArm = z.looseObject({
  name: z.string(),
  track: z.enum(TRACKS).optional(),
  k: z.int().min(1).optional(),
  draws: z.int().min(1).optional(),
  phases: z.array(z.looseObject({})).optional(),
});

export const runConfigSchema = z.looseObject({
  key: z.string(),
  experiment: pathName,
  arm: pathName,
  seed,
  lineage: z.array(configuredArm).min(1),
  target: z.looseObject({ dataset: z.string(), kind: z.string(), sha256: z.string() }).optional(),
});

export const environmentSchema = z.record(z.string(), z.unknown());

/** JSON has no NaN: a figure that was none is null. */
const figure = z.number().nullable().optional();

/** A line of `metrics.jsonl`. */
export const epochSchema = z.looseObject({
  phase: z.string(),
  epoch: z.int().min(0),
  trainLoss: figure,
  trainAccuracy: figure,
  valLoss: figure,
  valAccuracy: figure,
});

const score = z
  .number()
  .nullable()
  .transform((value) => value ?? Number.NaN);

/** A line of `validators.jsonl`. */
export const checkpointSchema = z.looseObject({
  epoch: z.int().min(0),
  scores: z.looseObject({ sourceAccuracy: score, meanEntropy: score, im: score, bnm: score, snd: score }),
  accuracy: score,
});
