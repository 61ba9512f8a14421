/** The schema of an ablation's `report.json`. Fields may be added, none renamed: other tools read it. */
import { z } from "zod";
import { check } from "../../src/shared/schema.js";
import { backboneSchema, intervalSchema, targetSchema } from "../comparison/schema.js";

const share = z.number().min(0).max(1);

/** Kinds of what was trained beside the whole scene. */
export const VARIANT_KINDS = ["factor", "preset", "count"] as const;

const measured = {
  /** Of the run folders: `without-light-1000`. */
  name: z.string().min(1),
  /** Training renders of a seed. */
  count: z.int().min(1),
  /** Of the scene that was rendered. */
  sha256: z.string(),
  /** Accuracy on held-out renders of the same scene, and on the target's training images. */
  renders: intervalSchema,
  target: intervalSchema,
};

const variantSchema = z.strictObject({
  ...measured,
  kind: z.enum(VARIANT_KINDS),
  /** What was left out; null where only the number of renders differs. */
  factor: z.string().nullable(),
  /** Target accuracy minus that of the whole scene: below 0, what was left out is worth something. */
  difference: intervalSchema,
  /** Two-sided, of the crossed estimate; null for a single seed. */
  p: share.nullable(),
  /** By Holm over the variants of its family: all that leave something out, or all numbers of renders. */
  pAdjusted: share.nullable(),
  shown: z.boolean(),
  /** The smallest difference that could have been shown, by itself and in its family; null for a single seed. */
  smallest: z.strictObject({ alone: z.number(), family: z.number() }).nullable(),
});

export const ablationSchema = z.strictObject({
  schema: z.literal(1),
  kind: z.literal("ablation"),
  experiment: z.string(),
  arm: z.string(),
  backend: z.string(),
  /** What was found, in one sentence. */
  headline: z.string(),
  classes: z.array(z.string()).min(2),
  target: targetSchema,
  source: z.strictObject({ scene: z.string(), sha256: z.string(), held: z.int().min(1) }),
  backbone: backboneSchema,
  seeds: z.array(z.number()).min(1),
  /** The whole scene. */
  full: z.strictObject(measured),
  variants: z.array(variantSchema).min(1),
  cautions: z.array(z.string()),
  environment: z.record(z.string(), z.unknown()),
  inputs: z.array(z.strictObject({ name: z.string(), path: z.string().optional(), sha256: z.string() })),
});

/** What an ablation's `report.json` holds, and all that its report is drawn from. */
export type Ablation = z.infer<typeof ablationSchema>;
/** What was trained without something, or on another number of renders. */
export type AblationVariant = Ablation["variants"][number];

/** @throws bad input that names the first field at fault */
export const checkAblation = (where: string, value: unknown): Ablation => check(ablationSchema, value, where);
