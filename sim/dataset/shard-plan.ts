/** `shards.json`: how the last sharded call shared its images out, so that a folder alone tells what is still missing. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { canonicalJson, writeJson } from "../../src/shared/files.js";
import { readCheckedJson } from "../../src/shared/schema.js";

const whole = z.int().min(0);
const shardPlan = z.strictObject({
  schema: z.literal(1),
  kind: z.literal("antbee-shards"),
  /** Index of the first image, and how many there are over all shards. */
  start: whole,
  count: whole.min(1),
  /** Number of shards. */
  shards: whole.min(1),
});
/** Images from `start` on, `count` of them, shared out to so many shards. */
export type ShardPlan = Pick<z.output<typeof shardPlan>, "start" | "count" | "shards">;

/** Also the name of a file that may stand in a folder before its manifest. */
export const SHARD_PLAN = "shards.json";

/** The plan of a folder; undefined where no sharded call was made there. */
export async function readShardPlan(dir: string): Promise<ShardPlan | undefined> {
  const path = join(dir, SHARD_PLAN);
  return existsSync(path) ? readCheckedJson(shardPlan, path) : undefined;
}

/** Every shard of a call says the same, so that it does not matter which of them comes last. */
export async function writeShardPlan(dir: string, { start, count, shards }: ShardPlan): Promise<void> {
  const wanted = { schema: 1, kind: "antbee-shards", start, count, shards } as const;
  const found = await readShardPlan(dir);
  if (!found || canonicalJson(found) !== canonicalJson(wanted))
    await writeJson(join(dir, SHARD_PLAN), wanted);
}
