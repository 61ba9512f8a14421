/** A network: named stages in a row, at each of which it can be cut or frozen. */
import * as tf from "@tensorflow/tfjs-core";
import { unknownName } from "../../src/shared/errors.js";
import { chainCost } from "./combine.js";
import type { Cost, Layer, Mode, Shape } from "./layer.js";
import type { ParameterSpecs, Params } from "./parameters.js";

/** A layer with a name, at which a network can be cut or frozen. */
export interface Stage extends Layer {
  name: string;
  /** Set for a stage that a method puts into a network for a while: its definition does not have it. */
  inserted?: boolean;
}

/** A network: stages that run one after the other. */
export type Network = readonly Stage[];

/** A run of stages: from the first included to the first excluded, by name; the whole network where left out. */
export interface Span {
  from?: string;
  to?: string;
}

/** A stage of a network. @param name by which phases and cards know it */
export const stage = (name: string, layer: Layer): Stage => ({ name, ...layer });

/** The stages of a span. @throws bad input for a name that is no stage */
export function stagesOf(network: Network, { from, to }: Span = {}): Network {
  const start = from === undefined ? 0 : stageIndex(network, from);
  const end = to === undefined ? network.length : stageIndex(network, to);
  return network.slice(start, end);
}

/** The parameters that a span reads, in network order. */
export function parametersOf(network: Network, span: Span = {}): ParameterSpecs {
  return Object.assign({}, ...stagesOf(network, span).map((s) => s.parameters));
}

/**
 * Runs a span: with `to`, the result is the activation that enters stage `to`; with `from`, `x` is the one that
 * enters `from`. As at evaluation, unless `mode` says otherwise.
 */
export function forward(
  network: Network,
  params: Params,
  x: tf.Tensor,
  { mode, ...span }: Span & { mode?: Mode } = {},
): tf.Tensor {
  return tf.tidy(() => stagesOf(network, span).reduce((y, s) => s.run(params, y, mode), x));
}

/** What one input takes of a span. @param input its shape without the batch axis, such as [224, 224, 3] */
export function costOf(network: Network, input: Shape, span: Span = {}): Cost {
  return chainCost(stagesOf(network, span), input);
}

export function stageIndex(network: Network, name: string): number {
  const index = network.findIndex((s) => s.name === name);
  if (index < 0)
    throw unknownName(
      "stage",
      network.map((s) => s.name),
      name,
    );
  return index;
}
