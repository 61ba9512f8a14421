/** A phase of an experiment file as the training engine takes it, and in words. */
import type { Model } from "../../adapt/backbones/model.js";
import { parametersOf } from "../../adapt/layers/network.js";
import { type ParameterSpecs, sizeOf, type Weights } from "../../adapt/layers/parameters.js";
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
} from "../../adapt/training/schedule.js";
import { cutOf, type Phase as EnginePhase } from "../../adapt/training/train.js";
import type { Phase } from "../config/experiment.js";

/** @param pretrained the backbone's weights, for L2-SP */
export function enginePhase(phase: Phase, { card }: Pick<Model, "card">, pretrained: Weights): EnginePhase {
  const { train, lr, epochs, batch, optimizer, l2sp, batchNorm } = phase;
  const span = train === "all" ? { from: card.stages[0]! } : train;
  return {
    train: span,
    lr,
    epochs,
    batch,
    optimizer: { name: optimizer },
    schedule: scheduleOf(phase),
    l2sp: l2sp && { ...l2sp, pretrained },
    batchNorm: card.batchNorm === "statistics" ? batchNorm : undefined,
  };
}

/** The rates over stages, then which stages have one, then their shape over time. */
function scheduleOf({ lr, decay, unfreeze, probe, schedule }: Phase): Schedule {
  const rates = decay ? discriminative(lr, decay) : constant(lr);
  const thawed = unfreeze ? gradual(rates, unfreeze.every) : probe ? probeFirst(rates, probe) : rates;
  return schedule ? shaped(thawed, shapeOf(schedule)) : thawed;
}

function shapeOf(schedule: NonNullable<Phase["schedule"]>): Shape {
  if ("step" in schedule) return stepLr(schedule.step.size, schedule.step.gamma);
  return warmedUp(cosine, schedule.cosine.warmup);
}

/** "head on source" or "features.18 and later on target". */
export function phaseName({ train, on }: Pick<Phase, "train" | "on">): string {
  return `${train === "head" ? "head" : train === "all" ? "everything" : `${train.from} and later`} on ${on}`;
}

/** The parameters that a phase learns. */
export function learnedBy(phase: EnginePhase, { card, network }: Model): ParameterSpecs {
  const specs = Object.entries(parametersOf(network, { from: cutOf(phase, card) }));
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
