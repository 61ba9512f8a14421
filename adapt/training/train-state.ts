/** The part of a network behind a cut, as tensors, while it trains. */
import * as tf from "@tensorflow/tfjs";
import type { Model } from "../backbones/model.js";
import type { Mode } from "../layers/layer.js";
import { forward, type Network, parametersOf, stagesOf } from "../layers/network.js";
import { type ParameterSpecs, type Params, toParams, toWeight, type Weights } from "../layers/parameters.js";
import type { Objective, Outputs } from "./objective.js";
import { createOptimizer, type Optimizer, type OptimizerSpec } from "./optimizer.js";
import type { Rates } from "./schedule.js";

export interface Session {
  network: Network;
  cut: string;
  headStage: string;
  /** Stages behind the cut that have something to learn, in network order. */
  stages: readonly string[];
  specs: ParameterSpecs;
  /** Of the objective's own parameters. */
  ownSpecs: ParameterSpecs;
  /** The network's and the objective's own; replaced as they move. */
  params: Record<string, tf.Tensor>;
  optimizer: Optimizer;
}

interface SessionOptions {
  cut: string;
  optimizer: OptimizerSpec;
  own?: Objective["own"];
}

/** Opens a session, to be closed by `closeSession`. */
export function openSession(model: Model, { cut, optimizer, own }: SessionOptions): Session {
  const { card, network, weights } = model;
  const specs = parametersOf(network, { from: cut });
  const ownParams = own ? toParams(own.weights, own.specs) : {};
  return {
    network,
    cut,
    headStage: card.headStage,
    stages: stagesOf(network, { from: cut })
      .filter((s) => Object.values(s.parameters).some((spec) => spec.trainable))
      .map((s) => s.name),
    specs,
    ownSpecs: own?.specs ?? {},
    params: { ...toParams(weights, specs), ...ownParams },
    optimizer: createOptimizer(optimizer),
  };
}

export function closeSession({ optimizer, params }: Session): void {
  optimizer.dispose();
  tf.dispose(Object.values(params));
}

/** What the network says of activations at the session's cut. */
export function outputsOf(session: Session, params: Params, x: tf.Tensor, mode?: Mode): Outputs {
  const { network, cut, headStage } = session;
  const features = forward(network, params, x, { from: cut, to: headStage, mode });
  const logits = forward(network, params, features, { from: headStage, mode }) as tf.Tensor2D;
  return { features, logits };
}

/** Learning rate by parameter: its stage's; those of stages without one, and those that `trains` refuses, stay. */
export function movingParameters(
  { network, cut }: Session,
  rates: Rates,
  trains: (name: string) => boolean = () => true,
): Record<string, number> {
  const moving: Record<string, number> = {};
  for (const { name: stage, parameters } of stagesOf(network, { from: cut }))
    for (const [name, spec] of Object.entries(parameters))
      if (spec.trainable && rates[stage] !== undefined && trains(name)) moving[name] = rates[stage];
  return moving;
}

/** Moves the parameters that have a rate one step down the loss. @returns the loss before the step */
export function descend(
  session: Session,
  lossOf: (params: Params) => tf.Tensor,
  moving: Readonly<Record<string, number>>,
): number {
  const { params } = session;
  const names = Object.keys(moving);
  const withTensors = (...tensors: tf.Tensor[]) =>
    lossOf({ ...params, ...Object.fromEntries(names.map((name, i) => [name, tensors[i]!])) }) as tf.Scalar;
  const { value, grads } = tf.valueAndGrads(withTensors)(names.map((name) => params[name]!));
  applyGradients(session, Object.fromEntries(names.map((name, i) => [name, grads[i]!])), moving);
  const loss = value.dataSync()[0]!;
  value.dispose();
  return loss;
}

/** Moves each parameter that has a rate along its gradient, and disposes the gradients. */
export function applyGradients(
  session: Session,
  gradients: Readonly<Record<string, tf.Tensor>>,
  moving: Readonly<Record<string, number>>,
): void {
  const { params, optimizer } = session;
  for (const [name, gradient] of Object.entries(gradients)) {
    replace(session, name, optimizer.step(name, params[name]!, gradient, moving[name]!));
    gradient.dispose();
  }
}

/** Puts a tensor in a parameter's place and disposes the one before. */
export function replace({ params }: Session, name: string, tensor: tf.Tensor): void {
  params[name]!.dispose();
  params[name] = tensor;
}

/** The weights behind the cut as they are now: the trainable ones, and the running statistics where asked for. */
export function readWeights({ params, specs }: Session, statistics: boolean): Weights {
  const read = Object.entries(specs).filter(([, spec]) => spec.trainable || statistics);
  return Object.fromEntries(read.map(([name, spec]) => [name, toWeight(params[name]!, spec)]));
}

/** The objective's own parameters as they are now. */
export const readOwn = ({ params, ownSpecs }: Session): Weights =>
  Object.fromEntries(Object.entries(ownSpecs).map(([name, spec]) => [name, toWeight(params[name]!, spec)]));
