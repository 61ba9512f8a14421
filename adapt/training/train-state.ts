/** The part of a network behind the split stage, as tensors, while it trains. */
import * as tf from "@tensorflow/tfjs-core";
import type { Model } from "../backbones/model.js";
import type { Mode } from "../layers/layer.js";
import { forward, type Network, parametersOf, stagesOf } from "../layers/network.js";
import { type ParameterSpecs, type Params, toParams, toWeight, type Weights } from "../layers/parameters.js";
import type { Objective, Outputs } from "./objective.js";
import { createOptimizer, type Optimizer, type OptimizerSpec } from "./optimizer.js";
import type { Rates } from "./schedule.js";

export interface TrainState {
  network: Network;
  split: string;
  headStage: string;
  /** Stages behind the split that have something to learn, in network order. */
  stages: readonly string[];
  specs: ParameterSpecs;
  /** Of the objective's own parameters. */
  ownSpecs: ParameterSpecs;
  /** The network's and the objective's own; replaced as they move. */
  params: Record<string, tf.Tensor>;
  optimizer: Optimizer;
}

interface TrainStateOptions {
  split: string;
  optimizer: OptimizerSpec;
  own?: Objective["own"];
}

/** Opens a train state, to be closed by `closeTrainState`. */
export function openTrainState(model: Model, { split, optimizer, own }: TrainStateOptions): TrainState {
  const { card, network, weights } = model;
  const specs = parametersOf(network, { from: split });
  const ownParams = own ? toParams(own.weights, own.specs) : {};
  return {
    network,
    split,
    headStage: card.headStage,
    stages: stagesOf(network, { from: split })
      .filter((s) => Object.values(s.parameters).some((spec) => spec.trainable))
      .map((s) => s.name),
    specs,
    ownSpecs: own?.specs ?? {},
    params: { ...toParams(weights, specs), ...ownParams },
    optimizer: createOptimizer(optimizer),
  };
}

export function closeTrainState({ optimizer, params }: TrainState): void {
  optimizer.dispose();
  tf.dispose(Object.values(params));
}

/** What the network says of activations at the state's split. */
export function outputsOf(state: TrainState, params: Params, x: tf.Tensor, mode?: Mode): Outputs {
  const { network, split, headStage } = state;
  const features = forward(network, params, x, { from: split, to: headStage, mode });
  const logits = forward(network, params, features, { from: headStage, mode }) as tf.Tensor2D;
  return { features, logits };
}

/** Learning rate by parameter: its stage's; those of stages without one, and those that `trains` refuses, stay. */
export function movingParameters(
  { network, split }: TrainState,
  rates: Rates,
  trains: (name: string) => boolean = () => true,
): Record<string, number> {
  const moving: Record<string, number> = {};
  for (const { name: stage, parameters } of stagesOf(network, { from: split }))
    for (const [name, spec] of Object.entries(parameters))
      if (spec.trainable && rates[stage] !== undefined && trains(name)) moving[name] = rates[stage];
  return moving;
}

/** Moves the parameters that have a rate one step down the loss. @returns the loss before the step */
export function descend(
  state: TrainState,
  lossOf: (params: Params) => tf.Tensor,
  moving: Readonly<Record<string, number>>,
): number {
  const { params } = state;
  const names = Object.keys(moving);
  const withTensors = (...tensors: tf.Tensor[]) =>
    lossOf({ ...params, ...Object.fromEntries(names.map((name, i) => [name, tensors[i]!])) }) as tf.Scalar;
  const { value, grads } = tf.valueAndGrads(withTensors)(names.map((name) => params[name]!));
  applyGradients(state, Object.fromEntries(names.map((name, i) => [name, grads[i]!])), moving);
  const loss = value.dataSync()[0]!;
  value.dispose();
  return loss;
}

/** Moves each parameter that has a rate along its gradient, and disposes the gradients. */
export function applyGradients(
  state: TrainState,
  gradients: Readonly<Record<string, tf.Tensor>>,
  moving: Readonly<Record<string, number>>,
): void {
  const { params, optimizer } = state;
  for (const [name, gradient] of Object.entries(gradients)) {
    replace(state, name, optimizer.step(name, params[name]!, gradient, moving[name]!));
    gradient.dispose();
  }
}

/** Puts a tensor in a parameter's place and disposes the one before. */
export function replace({ params }: TrainState, name: string, tensor: tf.Tensor): void {
  params[name]!.dispose();
  params[name] = tensor;
}

/** The weights behind the split as they are now: the trainable ones, and the running statistics where asked for. */
export function readWeights({ params, specs }: TrainState, statistics: boolean): Weights {
  const read = Object.entries(specs).filter(([, spec]) => spec.trainable || statistics);
  return Object.fromEntries(read.map(([name, spec]) => [name, toWeight(params[name]!, spec)]));
}

/** The objective's own parameters as they are now. */
export const readOwn = ({ params, ownSpecs }: TrainState): Weights =>
  Object.fromEntries(Object.entries(ownSpecs).map(([name, spec]) => [name, toWeight(params[name]!, spec)]));
