/** A line of `records/<shard>.jsonl` as it is read back: enough that no reader stumbles. Further keys pass. */
import { z } from "zod";
import { relativePath } from "../../src/shared/schema.js";
import { SPLITS } from "../scene/slots.js";

const whole = z.int().min(0);
const pixels = z.int().min(1);
const rows = z.array(z.array(z.number()).length(3)).length(3);

const pose = z.looseObject({ rotation: rows, translation: z.array(z.number()).length(3) });

const instance = z.looseObject({
  instance: z.int().min(1),
  label: z.string(),
  preset: z.string(),
  bbox: z.array(z.number()).length(4),
  area: whole,
  segmentation: z.looseObject({ size: z.array(pixels).length(2), counts: z.array(whole) }),
  pose,
  length: z.number(),
  keypoints: z.array(z.number()).optional(),
});

export const recordSchema = z.looseObject({
  index: whole,
  label: z.string().min(1),
  split: z.enum(SPLITS),
  width: pixels,
  height: pixels,
  image: relativePath,
  mask: relativePath,
  labels: z.record(z.string(), relativePath).default({}),
  sha256: z.record(z.string(), z.string()).optional(),
  camera: z.looseObject({ intrinsics: rows, rotation: rows, translation: z.array(z.number()).length(3) }),
  instances: z.array(instance),
  resolved: z.looseObject({ kind: z.looseObject({ preset: z.string() }) }),
});
