/** `antbee run EXPERIMENT` */
import { summaryText } from "../../eval/report/summary.js";
import { markdownTable } from "../../eval/report/table.js";
import type { RunOptions, RunResult } from "../experiment/run.js";
import type { ExperimentSpec } from "../experiment/spec/schema.js";
import { command, type Outcome, wholeNumber, wholeNumbers } from "./command.js";
import { printEvents } from "./events.js";
import { EXPERIMENT_ARGS, experimentOptions, withExperiment } from "./experiment-command.js";

export default command({
  name: "run",
  example: "run scenes/experiments/demo.yaml",
  description:
    "Run an experiment file: render, train, adapt, evaluate, report; what is done is not done twice",
  computes: true,
  continues: true,
  args: {
    experiment: {
      type: "positional",
      required: true,
      description: "An experiment file, such as scenes/experiments/demo.yaml",
    },
    out: { type: "string", description: "Folder for renders and runs", default: "runs", valueHint: "dir" },
    report: {
      type: "string",
      description: "Folder for the report; reports/<name> by default",
      valueHint: "dir",
    },
    seeds: {
      type: "string",
      description: "In place of the experiment's own, such as 0,1,2",
      valueHint: "list",
    },
    backbone: EXPERIMENT_ARGS.backbone,
    verbose: { type: "boolean", alias: "v", description: "Name every parameter that is learned" },
    unit: {
      type: "string",
      description:
        "Only this unit, as antbee submit splits it: arms/full/seed-0, or auto in an engine's array",
      valueHint: "name",
    },
    wait: {
      type: "string",
      description: "With --unit: seconds to wait for the units that it builds on",
      default: "0",
      valueHint: "s",
    },
    "dry-run": EXPERIMENT_ARGS["dry-run"],
  },
  async run(args) {
    const { resolveUserPath } = await import("../shared/roots.js");
    const file = resolveUserPath(args.experiment);
    const options: RunOptions = {
      ...experimentOptions(args, file),
      seeds: wholeNumbers("seeds", args.seeds),
      on: printEvents(),
    };
    if (args.unit !== undefined) return runOne(args.unit, file, options, wholeNumber("wait", args.wait, 0));
    return withExperiment(file, options, args["dry-run"] ? dryRun : run);
  },
});

async function run(spec: ExperimentSpec, options: RunOptions): Promise<Outcome> {
  const { runExperiment } = await import("../experiment/run.js");
  return outcome(await runExperiment(spec, options));
}

async function runOne(unit: string, file: string, options: RunOptions, wait: number): Promise<Outcome> {
  const { loadExperiment } = await import("../experiment/spec/experiment.js");
  const { runUnit } = await import("../experiment/run-unit.js");
  const { comparison, ...result } = await runUnit(await loadExperiment(file), unit, { ...options, wait });
  const headline = comparison?.headline ?? null;
  const text = [
    ...(comparison ? [summaryText(comparison), "", markdownTable(comparison), ""] : []),
    `${result.unit} is done; how far the others are: antbee status ${result.folder}`,
    ...(result.report ? [`report: ${result.report}/index.html`] : []),
  ];
  return { json: { ...result, headline }, text: text.join("\n") };
}

async function dryRun(spec: ExperimentSpec, options: RunOptions): Promise<Outcome> {
  const { describeDryRun, dryRun: plan } = await import("../experiment/plan/dry-run.js");
  const result = await plan(spec, options);
  const next = options.command?.replace(/ --dry-run\b/, "");
  return { json: result, text: [describeDryRun(result), `next: ${next}`].join("\n") };
}

function outcome(result: RunResult): Outcome {
  const { comparison, report, runs, tally } = result;
  const text = [
    ...(comparison
      ? [summaryText(comparison), "", markdownTable(comparison), ""]
      : ["The target has no labels: predictions only."]),
    `target: ${result.target.origin}`,
    doneNow(tally),
    ...(comparison ? [`report: ${report}/index.html`] : runs.map((run) => run.folder)),
  ];
  return { json: figuresOf(result), text: text.join("\n") };
}

/** Paths and figures; every image stands in the predictions. */
function figuresOf({ comparison, target, ...result }: RunResult) {
  const { dataset, kind, origin, train, test } = target;
  return {
    ...result,
    target: { dataset, kind, origin, train: train.length, test: test.length, leftOut: target.leftOut ?? [] },
    headline: comparison?.headline ?? null,
    arms: (comparison?.arms ?? []).map(({ name, track, seeds, source, target: of, gap }) => ({
      name,
      track,
      seeds,
      source: source.accuracy,
      target: of.accuracy,
      gap,
    })),
  };
}

/** Says what this call did and what stood there already. */
export function doneNow(tally: RunResult["tally"]): string {
  const work = [
    `${tally.rendered} source images rendered (${tally.rendersReused} reused)`,
    `${tally.activations} activations computed (${tally.activationsReused} reused)`,
    `${tally.trained} runs trained (${tally.trainedReused} reused)`,
  ];
  const nothing = tally.rendered + tally.activations + tally.trained === 0;
  return nothing ? `nothing to do: all ${tally.trainedReused} runs were done already` : work.join(", ");
}
