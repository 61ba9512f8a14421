/** A scene's or an experiment's file as a workflow. */

import { claimDataset } from "../../sim/dataset/manifest.js";
import { writeShardPlan } from "../../sim/dataset/shard-plan.js";
import { checkedFormat, DEFAULT_BLOCK, loadScene, parsePasses, USUAL_PASSES } from "../../sim/index.js";
import { loadExperiment } from "../experiment/spec/experiment.js";
import { writeUnitPlan } from "../experiment/unit-plan.js";
import { invalid } from "../shared/errors.js";
import { resolveUserPath } from "../shared/roots.js";
import { readYamlFile } from "../shared/schema.js";
import { experimentWorkflow } from "./experiment-workflow.js";
import type { Overrides } from "./resources.js";
import { sceneWorkflow } from "./scene-workflow.js";
import type { Workflow } from "./workflow.js";

/** What a user says of the work beside its file; a scene's and an experiment's own flags exclude one another. */
export interface WorkOptions {
  out: string;
  count?: number;
  shards?: number;
  seed: number;
  start: number;
  passes?: string;
  format?: string;
  block?: number;
  seeds?: number[];
  backbone?: string;
  report?: string;
  resources: Overrides;
}

/** A workflow, and how its folder is marked before the first job starts. */
export interface Planned {
  workflow: Workflow;
  claim(): Promise<void>;
}

/** @throws bad input for a file that is neither, or flags of the other kind */
export async function workflowOf(file: string, options: WorkOptions): Promise<Planned> {
  const path = resolveUserPath(file);
  const content = await readYamlFile(path);
  const isExperiment = typeof content === "object" && content !== null && "arms" in content;
  return isExperiment ? plannedExperiment(file, path, options) : plannedScene(file, path, options);
}

async function plannedScene(file: string, path: string, options: WorkOptions): Promise<Planned> {
  refuseFlags(options, ["seeds", "backbone", "report"], "an experiment", file);
  const { out, count, seed, start, passes, resources } = options;
  if (count === undefined) throw invalid("--count", "the number of images", count);
  const scene = await loadScene(path);
  const { format, block } = checkedFormat(options.format, options.block);
  const job = { ...options, scene: file, name: scene.name, count };
  const workflow = sceneWorkflow(job, resources);
  const labels = passes === undefined ? (scene.passes ?? USUAL_PASSES) : parsePasses(passes);
  const claim = async () => {
    await claimDataset(out, scene, seed, labels, {
      block: format === "webdataset" ? (block ?? DEFAULT_BLOCK) : undefined,
    });
    await writeShardPlan(out, { start, count, shards: workflow.shards });
  };
  return { workflow, claim };
}

async function plannedExperiment(file: string, path: string, options: WorkOptions): Promise<Planned> {
  refuseFlags(options, ["count", "shards", "passes", "format", "block"], "a scene", file);
  const { out, seeds, backbone, report, resources } = options;
  const run = { out, seeds, backbone, report, where: path };
  const { workflow, units } = await experimentWorkflow(file, await loadExperiment(path), run, resources);
  return { workflow, claim: () => writeUnitPlan(workflow.folder, units) };
}

function refuseFlags(
  options: WorkOptions,
  flags: readonly (keyof WorkOptions)[],
  of: string,
  file: string,
): void {
  const given = flags.find((flag) => options[flag] !== undefined);
  if (given) throw invalid(`--${given}`, `the file of ${of} beside it`, file);
}
