/** An experiment file over its backbones: those whose weights cannot be had here are passed over, and named. */
import { join } from "node:path";
import { experimentBackbones } from "../config/experiment.js";
import { say } from "../shared/progress.js";
import { resolveUserPath } from "../shared/roots.js";
import { Unavailable } from "./backbone.js";
import type { RunOptions } from "./run.js";

/**
 * Runs `one` for the backbone asked for, or for each of the file's.
 * @throws the reason for the last backbone where the weights of none can be had
 */
export async function runEach<Result>(
  options: Omit<RunOptions, "command">,
  one: (options: Omit<RunOptions, "command">) => Promise<Result>,
): Promise<Result[]> {
  const names = await experimentBackbones(resolveUserPath(options.experiment));
  if (options.backbone !== undefined || names.length === 1) return [await one(options)];
  const results: Result[] = [];
  let missing: unknown;
  for (const backbone of names) {
    const report = options.report && join(options.report, backbone);
    try {
      results.push(await one({ ...options, backbone, report }));
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      say(`${backbone}: passed over, ${error.message}.`);
      missing = error;
    }
  }
  if (results.length === 0) throw missing;
  return results;
}
