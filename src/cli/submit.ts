/** `antbee submit SCENE|EXPERIMENT --engine slurm|kubernetes|snakemake` */
import { say } from "../shared/progress.js";
import { command, type Outcome, wholeNumber, wholeNumbers } from "./command.js";

export default command({
  name: "submit",
  example: "submit scenes/standard.yaml --engine slurm --count 10000 --out renders/many",
  description:
    "Split renders or an experiment into jobs for Slurm, Kubernetes or Snakemake: print what the engine takes, or submit it",
  args: {
    file: { type: "positional", required: true, description: "A scene file or an experiment file" },
    engine: {
      type: "string",
      description: "slurm, kubernetes or snakemake",
      required: true,
      valueHint: "name",
    },
    out: {
      type: "string",
      description:
        "A scene's dataset, or an experiment's folder of runs: on a file system that all machines see",
      required: true,
      valueHint: "dir",
    },
    go: { type: "boolean", description: "Submit it; otherwise it is printed" },
    shards: { type: "string", description: "Scene: jobs; of half an hour each by default", valueHint: "n" },
    count: { type: "string", description: "Scene: images in all", valueHint: "n" },
    seed: { type: "string", description: "Scene: as render takes it", default: "0", valueHint: "s" },
    start: { type: "string", description: "Scene: index of the first image", default: "0", valueHint: "i" },
    passes: { type: "string", description: "Scene: labels, as render takes them", valueHint: "list" },
    format: { type: "string", description: "Scene: imagefolder or webdataset, as render", valueHint: "name" },
    block: { type: "string", description: "Scene: images a pair of archives, as render", valueHint: "n" },
    seeds: { type: "string", description: "Experiment: in place of its own", valueHint: "list" },
    backbone: { type: "string", description: "Experiment: one of its backbones", valueHint: "name" },
    report: { type: "string", description: "Experiment: folder for the report", valueHint: "dir" },
    minutes: {
      type: "string",
      description: "Time that a unit asks for, in place of the estimate",
      valueHint: "n",
    },
    memory: { type: "string", description: "Memory that a unit asks for, in GiB", valueHint: "n" },
    cores: { type: "string", description: "Cores that a unit asks for", valueHint: "n" },
    image: { type: "string", description: "Kubernetes: the container image", valueHint: "name" },
    claim: {
      type: "string",
      description: "Kubernetes: claim of the volume that the paths are relative to",
      default: "antbee",
      valueHint: "name",
    },
  },
  async run(args): Promise<Outcome> {
    const { checkEngine, ENGINES, engineName, isLocal, submit } = await import("../engines/submit.js");
    const { notShared } = await import("../engines/shared-file-system.js");
    const { workflowOf } = await import("../engines/workflow-of.js");
    const engine = engineName(args.engine);
    if (args.go) checkEngine(engine);
    const { workflow, claim } = await workflowOf(args.file, {
      out: args.out,
      count: wholeNumber("count", args.count, 1),
      shards: wholeNumber("shards", args.shards, 1),
      seed: wholeNumber("seed", args.seed, 0),
      start: wholeNumber("start", args.start, 0),
      passes: args.passes,
      format: args.format,
      block: wholeNumber("block", args.block, 1),
      seeds: wholeNumbers("seeds", args.seeds),
      backbone: args.backbone,
      report: args.report,
      resources: {
        minutes: wholeNumber("minutes", args.minutes, 1),
        memoryGiB: wholeNumber("memory", args.memory, 1),
        cores: wholeNumber("cores", args.cores, 1),
      },
    });
    const text = ENGINES[engine].text(workflow, await site(args));
    const warning = isLocal(engine) ? notShared(args.out) : undefined;
    if (warning) say(warning);
    if (!args.go) return { json: { engine, folder: workflow.folder, text }, text: text.trimEnd() };
    if (isLocal(engine)) await claim();
    const said = await submit(engine, workflow, text);
    return { json: { engine, folder: workflow.folder, submitted: said }, text: said };
  },
});

async function site({ image, claim }: { image?: string; claim: string }) {
  const { antbeeVersion, thisCommand } = await import("./this-command.js");
  return {
    antbee: thisCommand(),
    cwd: process.cwd(),
    command: `antbee ${process.argv.slice(2).join(" ")}`,
    image: image ?? `antbee:${antbeeVersion()}`,
    claim,
  };
}
