/** What decides all that a run computes. Two runs with equal configurations are the same run. */

import { identityOf } from "../../../adapt/backbones/definition.js";
import { engineKey } from "../../../adapt/backend/backend.js";
import { plainOptions } from "../../shared/plain-options.js";
import type { SourcePlan } from "../source/source.js";
import type { Target } from "../source/target.js";
import type { Arm, Experiment } from "../spec/experiment.js";
import { lineage } from "../spec/lineage.js";
import { describeMethod } from "../spec/methods.js";
import type { RunConfig } from "../store/store.js";
import type { PlannedBackbone } from "./backbone.js";

/** Grows when the same configuration would no longer give the same run. */
const RUN_VERSION = 2;

interface RunInputs {
  experiment: Experiment;
  backbone: PlannedBackbone;
  source: SourcePlan;
  target: Pick<Target, "dataset" | "kind" | "sha256">;
  /** What computes, as `engineInUse` names it. */
  engine: string;
}

export function runConfig(arm: Arm, seed: number, inputs: RunInputs): RunConfig {
  const { experiment, backbone, target, source, engine } = inputs;
  const descent = lineage(arm, experiment.arms);
  return {
    version: RUN_VERSION,
    experiment: experiment.name,
    arm: arm.name,
    seed,
    lineage: descent.map(({ method, ...rest }) => ({ ...rest, method: method && describeMethod(method) })),
    views: experiment.views,
    precision: experiment.precision,
    backbone: {
      name: backbone.definition.card.name,
      sha256: backbone.weights?.sha256 ?? null,
      ...identityOf(backbone.definition),
    },
    source: { ...experiment.source, sha256: source.sha256 },
    target: { dataset: target.dataset, kind: target.kind, sha256: target.sha256 },
    ...engineKey(engine),
  };
}

/**
 * Whether a finished run may be taken for the configuration's: not where the network, or a method of the arm or of one it
 * starts from, does not say what it was made with.
 */
export const isReusable = (arm: Arm, arms: readonly Arm[], { definition }: PlannedBackbone): boolean =>
  identityOf(definition) !== null &&
  lineage(arm, arms).every(({ method }) => method === undefined || plainOptions(method.options));
