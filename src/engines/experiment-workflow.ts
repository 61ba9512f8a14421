/** An experiment that runs in units: inputs, renders, activations, an arm with a seed each, and the report. */

import { join } from "node:path";
import { SECONDS } from "../experiment/plan/cost.js";
import { type DryRun, estimated } from "../experiment/plan/dry-run.js";
import { planExperiment } from "../experiment/plan/plan.js";
import {
  armStage,
  refuseFunctions,
  type UnitStage,
  unitNames,
  unitStages,
} from "../experiment/plan/units.js";
import type { RunOptions } from "../experiment/run.js";
import { backbonesOf } from "../experiment/spec/experiment.js";
import type { ExperimentSpec } from "../experiment/spec/schema.js";
import { invalid, note } from "../shared/errors.js";
import { defaultWorkers } from "../shared/pool.js";
import { describeSeconds, type Overrides, resourcesFor } from "./resources.js";
import { LONGEST_WAIT, type Stage, type Workflow } from "./workflow.js";

const MEMORY_GIB = 6;
const CORES = 2;
/** Seconds to wait for files that other machines wrote. */
const VISIBLE_AFTER = 120;

/**
 * @param file the experiment's file, which every unit reads anew
 * @throws bad input for an experiment that holds functions, or of several backbones where none is chosen
 */
export async function experimentWorkflow(
  file: string,
  spec: ExperimentSpec,
  options: RunOptions & { out: string },
  overrides: Overrides = {},
): Promise<{ workflow: Workflow; units: string[] }> {
  refuseFunctions(spec, options);
  const backbones = backbonesOf(spec);
  if (backbones.length > 1 && options.backbone === undefined)
    throw invalid("--backbone", `one of ${backbones.join(", ")}`, note("none"));
  const plan = await planExperiment(spec, options, "plan");
  const estimate = await estimated(plan);
  const { name } = plan.experiment;
  const common = commonArgs(options);
  const unit = (of: string, wait: number) => ["run", file, ...common, "--unit", of, "--wait", `${wait}`];
  const workflow: Workflow = {
    name,
    about: `Runs the experiment ${name}: ${plan.arms.length} arms with ${plan.seeds.length} seeds, then the report.`,
    folder: join(options.out, name),
    estimate: `Estimated: ${describeSeconds(estimate.seconds)} in one piece on the ${defaultWorkers()} cores of this machine, ${(estimate.bytes / 1e9).toFixed(2)} GB; asked for with a margin.`,
    stages: unitStages(plan).map((stage) => stageOf(stage, unit, estimate, overrides)),
    auto: () => unit("auto", LONGEST_WAIT),
    autoWait: LONGEST_WAIT,
  };
  return { workflow, units: unitNames(plan) };
}

function stageOf(
  { name, about, seeds, after, afterSame, unitOf }: UnitStage,
  unit: (name: string, wait: number) => string[],
  estimate: DryRun,
  overrides: Overrides,
): Stage {
  const seconds = secondsOf(name, estimate, overrides.cores ?? CORES);
  return {
    name,
    about,
    ids: seeds,
    after,
    afterSame,
    args: (id) => unit(unitOf(id), VISIBLE_AFTER),
    resources: resourcesFor(seconds, { memoryGiB: MEMORY_GIB, cores: CORES }, overrides),
  };
}

/** Of one unit of a stage, on the cores that it asks for. */
function secondsOf(stage: string, { renders, activations, runs }: DryRun, cores: number): number {
  const training = runs.filter(({ arm }) => stage === armStage(arm)).map(({ seconds }) => seconds);
  const seeds = Math.max(1, new Set(runs.map(({ seed }) => seed)).size);
  if (stage === "renders") return (SECONDS.render * renders) / seeds / cores;
  if (stage === "inputs" || stage === "activations")
    return (SECONDS.activation * activations) / seeds / cores;
  return SECONDS.run * (stage === "report" ? runs.length : 1) + Math.max(0, ...training) / cores;
}

function commonArgs({ out, report, seeds, backbone }: RunOptions & { out: string }): string[] {
  return [
    ...["--out", out],
    ...(report === undefined ? [] : ["--report", report]),
    ...(seeds === undefined ? [] : ["--seeds", seeds.join(",")]),
    ...(backbone === undefined ? [] : ["--backbone", backbone]),
  ];
}
