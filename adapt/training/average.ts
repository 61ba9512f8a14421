/**
 * Weights averaged between two models of one network: WiSE-FT. Wortsman et al., "Robust fine-tuning of zero-shot models",
 * CVPR 2022, equation 1.
 */
import { invalid, note } from "../../src/shared/errors.js";
import type { Model } from "../backbones/model.js";
import type { Weight, Weights } from "../layers/parameters.js";

/**
 * (1 - share) · before + share · after, number by number; what is the same array in both stays it.
 * @param share of the second model, in [0, 1]
 * @throws bad input for models of different networks or classes
 */
export function averageWeights(before: Model, after: Model, share: number): Model {
  if (!(share >= 0 && share <= 1)) throw invalid("average", "a share in [0, 1]", share);
  const what = ({ card, classes }: Model) => `${card.name} for ${classes.join(", ")}`;
  if (what(before) !== what(after)) throw invalid("average", what(after), note(what(before)));
  const entries = Object.entries(after.weights).map(([name, weight]): [string, Weight] => [
    name,
    mixed(before.weights[name]!, weight, share),
  ]);
  return { ...after, weights: Object.fromEntries(entries) satisfies Weights };
}

function mixed(a: Weight, b: Weight, share: number): Weight {
  if (a === b) return b;
  return { shape: b.shape, data: b.data.map((v, i) => (1 - share) * a.data[i]! + share * v) };
}
