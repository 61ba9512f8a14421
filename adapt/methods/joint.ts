/**
 * Methods that descend a loss of source and target together. By default what learns is the head and an adapter before
 * it, on pooled features; with `from`, every stage from the named one on.
 */
import type { BackboneCard } from "../backbones/card.js";
import type { Model } from "../backbones/model.js";
import type { Examples, UnlabeledExamples } from "../images/examples.js";
import type { Weights } from "../layers/parameters.js";
import type { Objective } from "../training/objective.js";
import { constant, cosine, type Schedule, shaped } from "../training/schedule.js";
import { type Phase, trainPhase } from "../training/train.js";
import { ADAPTER, foldAdapter, withAdapter } from "./adapter.js";

export interface JointOptions {
  /** Trains every stage from this one on; the head and an adapter on pooled features where left out. */
  from?: string;
  /** Steps of descent, rounded to whole passes. */
  steps?: number;
  lr?: number;
  /** Images of each domain in a step. */
  batch?: number;
  /** Of the method's term, beside the source's cross entropy. */
  weight?: number;
}

export interface JointInput {
  model: Model;
  /** Labelled images in the lead; without them the target leads. */
  data?: Examples;
  replay?: Examples;
  target?: UnlabeledExamples;
  seed: number;
  objective: Objective;
  /** Leaves the head as it is. */
  freezeHead?: boolean;
  onCheckpoint?: (model: Model) => void | Promise<void>;
}

/** The rate at which held-out source accuracy stays steady on renders while the method works; found without target labels. */
const DEFAULTS = { steps: 300, lr: 3e-4, batch: 32 } as const;

/** The stage that the activations of a joint method enter. */
export const jointCut =
  ({ from }: JointOptions) =>
  (card: BackboneCard): string =>
    from ?? card.headStage;

/** Descends the objective by AdamW under half a cosine. @returns the model after it, of the same network */
export async function trainJointly(input: JointInput, options: JointOptions): Promise<Model> {
  const { model, seed, objective, onCheckpoint } = input;
  const { from = ADAPTER } = options;
  const learner = from === ADAPTER ? withAdapter(model, seed) : model;
  const finished = (weights: Weights): Model =>
    from === ADAPTER ? foldAdapter({ weights }, model) : { ...model, weights };
  const trained = await trainPhase(learner, {
    data: entering(from, input.data),
    replay: entering(from, input.replay),
    target: entering(from, input.target),
    phase: phaseOf(input, options, from),
    seed,
    objective,
    onEpoch: async (_record, weights) => onCheckpoint?.(finished(weights())),
  });
  return finished(trained.model.weights);
}

function phaseOf(
  { data, target, model, freezeHead }: JointInput,
  options: JointOptions,
  from: string,
): Phase {
  const { steps, lr, batch } = { ...DEFAULTS, ...options };
  const perPass = Math.ceil((data ?? target!).items.length / batch);
  const schedule = shaped(freezeHead ? allBut(model.card.headStage, lr) : constant(lr), cosine);
  const epochs = Math.max(1, Math.round(steps / perPass));
  return { train: { from }, lr, epochs, batch, optimizer: { name: "adamw" }, schedule };
}

const allBut =
  (frozen: string, lr: number): Schedule =>
  (progress, stages) =>
    constant(lr)(
      progress,
      stages.filter((stage) => stage !== frozen),
    );

/** Activations that enter the head enter the adapter before it. */
function entering<T extends UnlabeledExamples>(from: string, examples: T | undefined): T | undefined {
  if (!examples || from !== ADAPTER) return examples;
  return { ...examples, activations: { ...examples.activations, cut: ADAPTER } };
}
