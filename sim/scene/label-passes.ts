/** Which labels a dataset carries beside its images. Images and instance masks are the same whatever is asked for. */
import { z } from "zod";
import { invalid } from "../../src/shared/errors.js";

/** `boxes` adds amodal boxes and counts, `keypoints` named points with visibility; the others are files of their own. */
export const LABEL_PASSES = ["masks", "boxes", "keypoints", "semantic", "parts", "depth", "normals"] as const;
/** A kind of label (docs/labels.md). */
export type LabelPass = (typeof LABEL_PASSES)[number];

/** In the order of `LABEL_PASSES`; masks are always among them, for all other labels are counted from them. */
export const labelPasses = z
  .array(z.enum(LABEL_PASSES))
  .transform((named) => LABEL_PASSES.filter((pass) => pass === "masks" || named.includes(pass)));

export const ONLY_MASKS: readonly LabelPass[] = ["masks"];

/** What detectors and pose estimators learn from; files of their own only where they are asked for. */
export const USUAL_PASSES: readonly LabelPass[] = ["masks", "boxes", "keypoints"];

/** A flag's value: names with commas between them, or `all`. */
export function parsePasses(text: string): LabelPass[] {
  if (text === "all") return [...LABEL_PASSES];
  const parsed = labelPasses.safeParse(text.split(",").map((name) => name.trim()));
  if (!parsed.success) throw invalid("--passes", `all, or some of ${LABEL_PASSES.join(",")}`, text);
  return parsed.data;
}

/** Passes whose labels are files, and these files' endings. */
export const FILE_PASSES = {
  semantic: "png",
  parts: "png",
  depth: "npy",
  normals: "png",
} as const satisfies Partial<Record<LabelPass, string>>;
export type FilePass = keyof typeof FILE_PASSES;

export const isFilePass = (pass: LabelPass): pass is FilePass => pass in FILE_PASSES;
