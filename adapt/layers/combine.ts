/** Layers made of layers. */
import * as tf from "@tensorflow/tfjs-core";
import { activate } from "./activation.js";
import type { Cost, Layer, Shape } from "./layer.js";
import { sizeOf } from "./parameters.js";

/** One layer after the other. */
export function sequence(...layers: Layer[]): Layer {
  return {
    parameters: parametersOfAll(layers),
    run: (params, x, mode) => tf.tidy(() => layers.reduce((y, layer) => layer.run(params, y, mode), x)),
    cost: (input) => chainCost(layers, input),
  };
}

/** shortcut(x) + body(x), and ReLU where wanted. The shortcut is x itself where left out. */
export function residual(body: Layer, o: { shortcut?: Layer; relu?: boolean } = {}): Layer {
  const branches = o.shortcut ? [o.shortcut, body] : [body];
  return {
    parameters: parametersOfAll(branches),
    run: (params, x, mode) =>
      tf.tidy(() => {
        const short = o.shortcut ? o.shortcut.run(params, x, mode) : x;
        return activate(tf.add(short, body.run(params, x, mode)), o.relu ? "relu" : "linear");
      }),
    cost: (input) => {
      const costs = branches.map((branch) => branch.cost(input));
      const { shape } = costs[0]!;
      return { ...sum(costs), shape, values: sum(costs).values + (o.relu ? 2 : 1) * sizeOf(shape) };
    },
  };
}

/** The outputs of several layers over the same input, along the channels. */
export function parallel(...layers: Layer[]): Layer {
  return {
    parameters: parametersOfAll(layers),
    run: (params, x, mode) =>
      tf.tidy(() =>
        tf.concat(
          layers.map((layer) => layer.run(params, x, mode)),
          -1,
        ),
      ),
    cost: (input) => {
      const costs = layers.map((layer) => layer.cost(input));
      const channels = costs.reduce((total, { shape }) => total + shape.at(-1)!, 0);
      const shape = [...costs[0]!.shape.slice(0, -1), channels];
      return { ...sum(costs), shape, values: sum(costs).values + sizeOf(shape) };
    },
  };
}

/** Hands the input on, to be put beside another layer's output. */
export const identity: Layer = {
  parameters: {},
  run: (_params, x) => x.clone(),
  cost: (shape) => ({ shape, multiplyAdds: 0, values: 0 }),
};

/** The cost of one layer after the other. */
export function chainCost(layers: readonly Layer[], input: Shape): Cost {
  const costs: Cost[] = [];
  for (const layer of layers) costs.push(layer.cost(costs.at(-1)?.shape ?? input));
  return { ...sum(costs), shape: costs.at(-1)?.shape ?? input };
}

const parametersOfAll = (layers: readonly Layer[]) => Object.assign({}, ...layers.map((l) => l.parameters));

const sum = (costs: readonly Cost[]) => ({
  multiplyAdds: costs.reduce((total, c) => total + c.multiplyAdds, 0),
  values: costs.reduce((total, c) => total + c.values, 0),
});
