/** What a domain-adaptation method is: what it may see is what its input's type holds. */
import type { Track } from "../../src/shared/types.js";
import type { BackboneCard } from "../backbones/card.js";
import type { Model } from "../backbones/model.js";
import type { Examples, UnlabeledExamples } from "../images/examples.js";

export interface SourceInput {
  model: Model;
  source: Examples;
  seed: number;
  /** Called with the model of each moment at which the method could end: its checkpoints. */
  onCheckpoint?: (model: Model) => void | Promise<void>;
}

/** Target images without their labels. */
export interface UnlabelledInput extends SourceInput {
  target: UnlabeledExamples;
}

/** Target images with the labels that the track may see. */
export interface LabelledInput extends SourceInput {
  target: Examples;
}

export interface Needs {
  source: "labels" | "nothing";
  target: "nothing" | "images" | "labels";
  /** Set where the method works through BatchNorms that carry statistics. */
  batchNorm?: "statistics";
}

export interface Method<Input extends SourceInput = UnlabelledInput> {
  name: string;
  track: Track;
  needs: Needs;
  /** The paper and the equation it follows. */
  reference: string;
  /** The stage that the activations of source and target enter; the head's where left out. */
  cut?(card: BackboneCard): string;
  /** Why it does not apply to a backbone, or null where it does; its needs are checked beside it. */
  applies?(card: BackboneCard): string | null;
  /** The model after adaptation. */
  run(input: Input): Promise<Model>;
}

/** Why a method is n/a on a backbone, or null where it applies. */
export function notApplicable(method: Method, card: BackboneCard): string | null {
  if (method.needs.batchNorm && card.batchNorm === "folded")
    return `the BatchNorms of ${card.name} are folded into its filters and carry no statistics`;
  if (method.needs.batchNorm && card.batchNorm === "none") return `${card.name} has no BatchNorm`;
  return method.applies?.(card) ?? null;
}

/** The stage that a method's activations enter. */
export const methodCut = (method: Method, card: BackboneCard): string => method.cut?.(card) ?? card.headStage;
