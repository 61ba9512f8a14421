/** What the commands that work through an experiment file share: their flags, and an outcome for each backbone. */
import type { EachOptions } from "../experiment/run-each.js";
import type { ExperimentSpec } from "../experiment/spec/schema.js";
import type { Outcome } from "./command.js";
import { typedCommand } from "./this-command.js";

export const EXPERIMENT_ARGS = {
  backbone: {
    type: "string",
    description: "One of the experiment's backbones, or another in its place",
    valueHint: "name",
  },
  "dry-run": {
    type: "boolean",
    description: "Print the plan: what is done, what is left, the time and disk it will take",
  },
} as const;

interface Parsed {
  out: string;
  report?: string;
  backbone?: string;
  verbose?: boolean;
}

/** What all of them tell an experiment. @param file the experiment's, resolved */
export const experimentOptions = ({ out, report, backbone, verbose }: Parsed, file: string) => ({
  where: file,
  out,
  report,
  backbone,
  verbose,
  command: typedCommand(),
});

/** Does one thing with the experiment in a file, for each of its backbones. */
export async function withExperiment<Options extends EachOptions>(
  file: string,
  options: Options,
  one: (spec: ExperimentSpec, options: Options) => Promise<Outcome>,
): Promise<Outcome> {
  const { loadExperiment } = await import("../experiment/spec/experiment.js");
  const { runEach } = await import("../experiment/run-each.js");
  return joined(await runEach(await loadExperiment(file), options, one));
}

/** One experiment's outcome as it is; several as a list. */
function joined(outcomes: readonly Outcome[]): Outcome {
  if (outcomes.length === 1) return outcomes[0]!;
  return {
    json: outcomes.map(({ json }) => json),
    text: outcomes.map(({ text }) => text).join("\n\n"),
  };
}
