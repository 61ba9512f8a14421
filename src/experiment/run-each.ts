/** An experiment over its backbones: those whose weights cannot be had here are passed over, and named. */
import { join } from "node:path";
import { Unavailable } from "../../adapt/backbones/locate.js";
import type { RunOptions } from "./run.js";
import { silent } from "./spec/events.js";
import { backbonesOf } from "./spec/experiment.js";
import type { ExperimentSpec } from "./spec/schema.js";

/** What is told of the backbone and the report, beside all else. */
export type EachOptions = Pick<RunOptions, "backbone" | "report" | "on">;

/**
 * Runs `one` for the backbone asked for, or for each of the experiment's.
 * @throws the reason for the last backbone where the weights of none can be had
 */
export async function runEach<Result, Options extends EachOptions>(
  spec: ExperimentSpec,
  options: Options,
  one: (spec: ExperimentSpec, options: Options) => Promise<Result>,
): Promise<Result[]> {
  const names = backbonesOf(spec);
  if (options.backbone !== undefined || names.length === 1) return [await one(spec, options)];
  const results: Result[] = [];
  let missing: unknown;
  for (const backbone of names) {
    const report = options.report && join(options.report, backbone);
    try {
      results.push(await one(spec, { ...options, backbone, report }));
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      (options.on ?? silent)({ type: "note", text: `${backbone}: passed over, ${error.message}.` });
      missing = error;
    }
  }
  if (results.length === 0) throw missing;
  return results;
}
