/** A process that computes activations; it keeps the prefix of the last spec loaded. */
import { poolTask } from "../src/shared/pool.js";
import { openPrefix, type Prefix, type PrefixJob, type PrefixSpec } from "./prefix.js";

export interface PrefixTask {
  spec: PrefixSpec;
  jobs: PrefixJob[];
}

let open: { key: string; prefix: Promise<Prefix> } | undefined;

export default poolTask(async ({ spec, jobs }: PrefixTask): Promise<void> => {
  const key = JSON.stringify(spec);
  if (open?.key !== key) open = { key, prefix: openPrefix(spec) };
  await (await open.prefix).compute(jobs);
});
