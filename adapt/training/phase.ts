/** A phase of training as data: what learns, how fast, how long. Experiment files and scripts write the same. */

import { invalid } from "../../src/shared/errors.js";
import type { BackboneCard } from "../backbones/card.js";
import type { Model } from "../backbones/model.js";
import { parametersOf } from "../layers/network.js";
import { type ParameterSpecs, sizeOf } from "../layers/parameters.js";
import type { L2sp } from "./l2sp-penalty.js";
import type { OptimizerSpec } from "./optimizer.js";
import {
  constant,
  cosine,
  discriminative,
  gradual,
  probeFirst,
  type Schedule,
  type Shape,
  shaped,
  stepLr,
  warmedUp,
} from "./schedule.js";

/** What learns: the head alone, everything, or every stage from the named one on. */
export type Learns = "head" | "all" | { from: string };

/** How rates run: half a cosine after a warm-up over a share of the phase, or steps as torch's StepLR. */
export type ScheduleSpec = { cosine: { warmup?: number } } | { step: { size: number; gamma: number } };

/** A phase: what learns, how fast and how long. */
export interface Phase {
  train: Learns;
  /** Learning rate of the head and of all that learns with it. */
  lr: number;
  /** Passes over the images. */
  epochs: number;
  /** Images a step; 8 where left out. */
  batch?: number;
  /** SGD with momentum .9 where left out. */
  optimizer?: OptimizerSpec["name"] | OptimizerSpec;
  /** How the rates run over the phase; constant where left out. A function of one's own decides alone. */
  schedule?: ScheduleSpec | Schedule;
  /** Factor on the rate from each stage to the one before it: discriminative rates. */
  decay?: number;
  /** Thaws one more stage after every so many epochs, from the head downwards. */
  unfreeze?: { every: number };
  /** Epochs of the head alone before the rest joins in: LP-FT. */
  probe?: number;
  /** Pulls the weights towards the pretrained ones. */
  l2sp?: L2sp;
  /**
   * "training" normalises by the batch and moves the running statistics, where the backbone has any; "frozen", the
   * default, does neither.
   */
  batchNorm?: "frozen" | "training";
}

/** @throws bad input for anything else, such as a stage's bare name */
export function splitStage({ train }: Pick<Phase, "train">, card: BackboneCard): string {
  if (train === "head") return card.headStage;
  if (train === "all") return card.stages[0]!;
  if (typeof train !== "object" || typeof train.from !== "string")
    throw invalid("train", '"head", "all" or { from: "a stage" }', train);
  return train.from;
}

/** The rates over stages, then which stages have one, then their shape over time. */
export function scheduleOf({ lr, decay, unfreeze, probe, schedule }: Phase): Schedule {
  if (typeof schedule === "function") return schedule;
  const rates = decay ? discriminative(lr, decay) : constant(lr);
  const thawed = unfreeze ? gradual(rates, unfreeze.every) : probe ? probeFirst(rates, probe) : rates;
  return schedule ? shaped(thawed, shapeOf(schedule)) : thawed;
}

function shapeOf(schedule: ScheduleSpec): Shape {
  if ("step" in schedule) return stepLr(schedule.step.size, schedule.step.gamma);
  return warmedUp(cosine, schedule.cosine.warmup ?? 0);
}

export const optimizerOf = ({ optimizer = "sgd" }: Phase): OptimizerSpec =>
  typeof optimizer === "string" ? { name: optimizer } : optimizer;

/** "head", "everything" or "features.18 and later". */
export function describeLearns(train: Learns): string {
  if (train === "head") return "head";
  return train === "all" ? "everything" : `${train.from} and later`;
}

/** The parameters that a phase learns. */
export function learnedParameters(phase: Pick<Phase, "train">, { card, network }: Model): ParameterSpecs {
  const specs = Object.entries(parametersOf(network, { from: splitStage(phase, card) }));
  return Object.fromEntries(specs.filter(([, spec]) => spec.trainable));
}

const FEW = 8;

/** One line of what is learned, with every name where they are few or wanted. */
export function describeLearned(specs: ParameterSpecs, verbose = false): string {
  const all = Object.entries(specs).map(([name, { shape }]) => `${name} [${shape.join(", ")}]`);
  const numbers = Object.values(specs).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const listed = verbose || all.length <= FEW ? all : [all[0]!, "...", all.at(-1)!];
  return `learns ${all.length} parameters, ${numbers.toLocaleString("en")} numbers: ${listed.join(", ")}`;
}
