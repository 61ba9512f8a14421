/** What the runs of an experiment share, and a report says of them. */
import { relative } from "node:path";
import type { BackboneCard } from "../../../adapt/backbones/card.js";
import type { SourcePlan } from "../source/source.js";
import type { Target } from "../source/target.js";
import type { Arm, Experiment } from "../spec/experiment.js";
import { familyOf } from "../spec/family.js";
import { caveatsOf, isPublished } from "../store/caveats.js";
import type { Setting } from "../store/store.js";
import type { PlannedBackbone } from "./backbone.js";

/** What a setting is made of. */
interface Known {
  experiment: Experiment;
  arms: readonly Arm[];
  backbone: PlannedBackbone;
  /** The images that figures are of: `n` of a split. */
  target: Pick<
    Target,
    "dataset" | "kind" | "folder" | "sha256" | "classes" | "sealed" | "leftOut" | "duplicates"
  > & {
    split: string;
    n: number;
  };
  source: SourcePlan;
}

export function settingOf(backend: string, { experiment, arms, backbone, target, source }: Known): Setting {
  const { card } = backbone.definition;
  const { path, sha256 } = backbone.weights ?? { path: card.weights.file, sha256: card.weights.sha256 };
  return {
    backend,
    preview: experiment.preview,
    target: {
      dataset: target.dataset,
      kind: target.kind,
      split: target.split,
      n: target.n,
      ...(target.leftOut ? { leftOut: target.leftOut } : {}),
    },
    backbone: { name: card.name, sha256, ...pretrainingOf(card, sha256, experiment) },
    sealed: target.sealed,
    ...(target.duplicates ? { duplicates: target.duplicates } : {}),
    family: familyOf(experiment.family, arms),
    caveats: caveatsOf({ card, sha256, target: asKnown(target), rendered: "scene" in experiment.source }),
    inputs: [
      { name: `source: scene ${source.scene}`, sha256: source.sha256 },
      {
        name: `target: ${target.dataset} (${target.kind})`,
        path: relative("", target.folder),
        sha256: target.sha256,
      },
      { name: `weights of ${card.name}`, path: relative("", path), sha256 },
    ],
  };
}

/** A copy of a known set has the caveats of that set, whatever its folder is called. */
const asKnown = ({ dataset, classes, sealed }: Known["target"]) => ({
  dataset: sealed[0]?.dataset ?? dataset,
  classes,
});

/** What the weights in use were pretrained on: a fallback's differ from those that the experiment asks for. */
function pretrainingOf(card: BackboneCard, sha256: string, { backbone }: Experiment) {
  return isPublished(card, sha256)
    ? { weights: card.weights.pretrainedOn ?? backbone.weights, pretraining: card.weights.pretraining }
    : { weights: backbone.weights, pretraining: "unknown: weights of one's own" };
}
