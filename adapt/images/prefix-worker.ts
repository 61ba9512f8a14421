/** A process that computes activations; it keeps the prefix of the last spec loaded. */
import { poolTask } from "../../src/shared/pool.js";
import { openPrefix, type Prefix, type PrefixJob, type PrefixSpec } from "./prefix.js";

export interface PrefixTask {
  spec: PrefixSpec;
  jobs: PrefixJob[];
}

let open: { key: string; prefix: Prefix } | undefined;

export default poolTask(async ({ spec, jobs }: PrefixTask): Promise<void> => {
  await (await prefixOf(spec)).compute(jobs);
});

async function prefixOf(spec: PrefixSpec): Promise<Prefix> {
  const key = JSON.stringify(spec);
  if (open?.key === key) return open.prefix;
  open?.prefix.dispose();
  open = undefined; // nothing is kept of a prefix that fails to open
  open = { key, prefix: await openPrefix(spec) };
  return open.prefix;
}
