/** `antbee cache list|clear [NAME]` */
import { describeCache, emptyCache } from "../datasets/activation-cache.js";
import { unknownName } from "../shared/errors.js";
import { lookUp } from "../shared/look-up.js";
import { command, type Outcome } from "./command.js";

const actions: Record<string, (name?: string) => Promise<Outcome>> = { list, clear };

export default command({
  name: "cache",
  example: "cache list",
  description: "Cached activations: list them with their size and last use, or clear all or one entry",
  args: {
    action: { type: "positional", required: true, description: "list or clear" },
    name: { type: "positional", required: false, description: "For clear: the entry's name" },
  },
  async run({ action, name }) {
    const act = lookUp(actions, action);
    if (!act) throw unknownName("antbee cache", Object.keys(actions), action);
    return act(name);
  },
});

async function list(): Promise<Outcome> {
  const cache = await describeCache();
  const { folder, bytes, limitBytes, entries } = cache;
  const lines = entries.map(
    (entry) =>
      `${entry.name}: ${entry.files} files, ${size(entry.bytes)}, last used ${new Date(entry.lastUsed).toISOString()}`,
  );
  const total = `${folder}: ${size(bytes)} of at most ${size(limitBytes)} (ANTBEE_CACHE_GIB)`;
  return { json: cache, text: [...lines, total].join("\n") };
}

async function clear(name?: string): Promise<Outcome> {
  const removed = await emptyCache(name);
  const { folder } = await describeCache();
  return { json: { folder, removed }, text: `${folder}: ${size(removed)} removed` };
}

const size = (bytes: number): string =>
  bytes < 2 ** 30 ? `${(bytes / 2 ** 20).toFixed(1)} MiB` : `${(bytes / 2 ** 30).toFixed(2)} GiB`;
