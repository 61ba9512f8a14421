/** What `antbee data split` wrote of a folder: which photographs went where, which were left out, and which look alike. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { duplicateReportSchema } from "../../../eval/images/duplicate-report.js";
import { readCheckedJson } from "../../shared/schema.js";

const splitRecordSchema = z.strictObject({
  schema: z.literal(1),
  /** The folder that was split, as it was named. */
  from: z.string(),
  seed: z.int().min(0),
  /** Share of each class for the test. */
  val: z.number(),
  /** Ids below the folder that was split. */
  skipped: z.array(z.strictObject({ id: z.string(), why: z.string() })),
  /** Ids below the split's own folder, without the split's name. */
  train: z.array(z.string()),
  test: z.array(z.string()),
  /** Near duplicates, each pair on one side. */
  duplicates: duplicateReportSchema,
});

/** What `data split` did: the images of each side, those it skipped and why, and near duplicates. */
export type SplitRecord = z.infer<typeof splitRecordSchema>;

export const splitRecordFile = (folder: string): string => join(folder, "split.json");

/** Undefined for a folder that antbee did not split. */
export async function readSplitRecord(folder: string): Promise<SplitRecord | undefined> {
  const path = splitRecordFile(folder);
  return existsSync(path) ? readCheckedJson(splitRecordSchema, path) : undefined;
}
