/**
 * Methods that descend a loss of source and target together. By default what learns is the head and an adapter before
 * it, on pooled features; with `from`, every stage from the named one on.
 */
import { z } from "zod";
import type { Model } from "../backbones/model.js";
import type { LabeledImages, UnlabeledImages } from "../images/images.js";
import type { Weights } from "../layers/parameters.js";
import { count, rate, weightOrNone } from "../training/bounds.js";
import type { Objective } from "../training/objective.js";
import type { Phase } from "../training/phase.js";
import { constant, cosine, type Schedule, shaped } from "../training/schedule.js";
import { train } from "../training/train.js";
import { ADAPTER, foldAdapter, withAdapter } from "./adapter.js";
import { type SourceInput, stateFile } from "./method.js";

/**
 * Options of a joint method. The default rate is the one at which held-out source accuracy stays steady on renders while
 * the method works; it was found without target labels.
 */
export const jointOptions = z.strictObject({
  /** Trains every stage from this one on; the head and an adapter on pooled features where left out. */
  from: z.string().optional(),
  /** Steps of descent, rounded to whole passes. */
  steps: count.default(300),
  /** Passes over the source in place of `steps`. */
  epochs: count.optional(),
  lr: rate.default(3e-4),
  /** Images of each domain in a step. */
  batch: count.default(32),
  /** Of the method's term, beside the source's cross entropy. */
  weight: weightOrNone.default(1),
});

/** Options of a joint method, defaults filled in. */
export type JointOptions = z.output<typeof jointOptions>;

export interface JointInput {
  model: Model;
  /** Labelled images in the lead; without them the target leads. */
  on?: LabeledImages;
  replay?: LabeledImages;
  target?: UnlabeledImages;
  seed: number;
  objective: Objective;
  /** Leaves the head as it is. */
  freezeHead?: boolean;
  onCheckpoint?: SourceInput["onCheckpoint"];
  resume?: string;
}

/** Descends the objective by AdamW under half a cosine. @returns the model after it, of the same network */
export async function trainJointly(input: JointInput, options: JointOptions): Promise<Model> {
  const { model, seed, objective, onCheckpoint, on, replay, target, resume } = input;
  const { from = ADAPTER } = options;
  const learner = from === ADAPTER ? withAdapter(model, seed) : model;
  const finished = (weights: Weights): Model =>
    from === ADAPTER ? foldAdapter({ weights }, model) : { ...model, weights };
  const trained = await train(learner, {
    ...phaseOf(input, options, from),
    on,
    replay,
    target,
    seed,
    objective,
    resume: stateFile(resume, "joint"),
    onEpoch: async ({ epoch }, weights) => onCheckpoint?.(finished(weights()), epoch),
  });
  return finished(trained.weights);
}

function phaseOf({ on, target, model, freezeHead }: JointInput, options: JointOptions, from: string): Phase {
  const { steps, lr, batch } = options;
  const perPass = Math.ceil((on ?? target!).items.length / batch);
  const schedule = shaped(freezeHead ? allBut(model.card.headStage, lr) : constant(lr), cosine);
  const epochs = options.epochs ?? Math.max(1, Math.round(steps / perPass));
  return { train: { from }, lr, epochs, batch, optimizer: "adamw", schedule };
}

const allBut =
  (frozen: string, lr: number): Schedule =>
  (progress, stages) =>
    constant(lr)(
      progress,
      stages.filter((stage) => stage !== frozen),
    );
