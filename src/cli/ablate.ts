/** `antbee ablate EXPERIMENT --factors light,sensor,count=125..4000` */
import type { AblationOptions } from "../experiment/ablation/ablate.js";
import type { OnEvent } from "../experiment/spec/events.js";
import type { ExperimentSpec } from "../experiment/spec/schema.js";
import { command, type Outcome, wholeNumber, wholeNumbers } from "./command.js";
import { printEvents } from "./events.js";
import { EXPERIMENT_ARGS, experimentOptions, withExperiment } from "./experiment-command.js";

export default command({
  name: "ablate",
  example: "ablate scenes/experiments/ablation.yaml",
  computes: true,
  description:
    "Leave one factor of an experiment's scene out at a time: its cost on the target's train split, never the sealed test",
  continues: true,
  args: {
    experiment: {
      type: "positional",
      required: true,
      description: "An experiment file, such as scenes/experiments/ablation.yaml",
    },
    factors: {
      type: "string",
      description:
        "Groups (subject,surroundings,light,camera,sensor,occluders: all by default), factors (light.sun), presets (lasius, or presets for each), numbers of renders (count=125..4000)",
      valueHint: "list",
    },
    seeds: { type: "string", description: "How many, or which: 3 or 0,1,2", default: "3", valueHint: "n" },
    arm: { type: "string", description: "A source-only arm; the first by default", valueHint: "name" },
    out: { type: "string", description: "Folder for renders and runs", default: "runs", valueHint: "dir" },
    report: {
      type: "string",
      description: "Folder for the report; reports/<name>-ablation by default",
      valueHint: "dir",
    },
    backbone: EXPERIMENT_ARGS.backbone,
    verbose: { type: "boolean", alias: "v", description: "Tell every phase and epoch" },
    "dry-run": EXPERIMENT_ARGS["dry-run"],
  },
  async run(args) {
    const { resolveUserPath } = await import("../shared/roots.js");
    const file = resolveUserPath(args.experiment);
    const options: AblationOptions = {
      ...experimentOptions(args, file),
      factors: args.factors?.split(",").map((part) => part.trim()),
      seeds: seedsOf(args.seeds),
      arm: args.arm,
      on: args.verbose ? printEvents() : withoutEpochs(printEvents()),
    };
    return withExperiment(file, options, args["dry-run"] ? dryRun : run);
  },
});

/** Many runs train alike: their epochs are for who asks. */
const withoutEpochs =
  (on: OnEvent): OnEvent =>
  (event) =>
    event.type === "phase" || event.type === "epoch" ? undefined : on(event);

/** One number says how many, a list which. */
const seedsOf = (text: string): number | number[] | undefined =>
  text.includes(",") ? wholeNumbers("seeds", text) : wholeNumber("seeds", text, 1, 1000);

async function run(spec: ExperimentSpec, options: AblationOptions): Promise<Outcome> {
  const { ablate } = await import("../experiment/ablation/ablate.js");
  const { smallestSentence } = await import("../../eval/ablation/headline.js");
  const { ablationTable } = await import("../../eval/report/ablation-text.js");
  const { ablation, report, tally } = await ablate(spec, options);
  const done = `${tally.rendered} source images rendered (${tally.rendersReused} reused), ${tally.trained} runs trained (${tally.trainedReused} reused)`;
  return {
    json: { report, tally, ...ablation },
    text: [
      ablation.headline,
      "",
      ablationTable(ablation),
      "",
      smallestSentence(ablation),
      done,
      `report: ${report}/index.html`,
    ].join("\n"),
  };
}

async function dryRun(spec: ExperimentSpec, options: AblationOptions): Promise<Outcome> {
  const { ablationDryRun, describeAblationDryRun } = await import("../experiment/ablation/dry-run.js");
  const result = await ablationDryRun(spec, options);
  return { json: result, text: describeAblationDryRun(result) };
}
