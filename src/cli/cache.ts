/** `antbee cache list|clear [NAME]` */
import { join } from "node:path";
import { cacheLimit, clearCache, listCache } from "../../adapt/images/activation-cache.js";
import { invalid } from "../shared/errors.js";
import { userCache } from "../shared/roots.js";
import { command, type Outcome } from "./command.js";

const actions: Record<string, (folder: string, name?: string) => Promise<Outcome>> = { list, clear };

export default command({
  name: "cache",
  description: "Cached activations: list them with their size and last use, or clear all or one entry",
  args: {
    action: { type: "positional", required: true, description: "list or clear" },
    name: { type: "positional", required: false, description: "For clear: the entry's name" },
  },
  async run({ action, name }) {
    const act = actions[action];
    if (!act) throw invalid("antbee cache", `one of ${Object.keys(actions).join(", ")}`, action);
    return act(join(userCache(), "activations"), name);
  },
});

async function list(folder: string): Promise<Outcome> {
  const entries = await listCache(folder);
  const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
  const limitBytes = cacheLimit();
  const lines = entries.map(
    (entry) =>
      `${entry.name}: ${entry.files} files, ${size(entry.bytes)}, last used ${new Date(entry.lastUsed).toISOString()}`,
  );
  const total = `${folder}: ${size(bytes)} of at most ${size(limitBytes)} (ANTBEE_CACHE_GIB)`;
  return { json: { folder, bytes, limitBytes, entries }, text: [...lines, total].join("\n") };
}

async function clear(folder: string, name?: string): Promise<Outcome> {
  const bytes = await clearCache(folder, name);
  return { json: { folder, removed: bytes }, text: `${folder}: ${size(bytes)} removed` };
}

const size = (bytes: number): string =>
  bytes < 2 ** 30 ? `${(bytes / 2 ** 20).toFixed(1)} MiB` : `${(bytes / 2 ** 30).toFixed(2)} GiB`;
