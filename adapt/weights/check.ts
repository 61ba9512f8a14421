/** Checks that weights are those of a network: none missing, none surplus, each of its shape. */
import { invalid, note } from "../../src/shared/errors.js";
import { lookUp } from "../../src/shared/look-up.js";
import type { ParameterSpecs, Weights } from "../layers/parameters.js";

/** @throws bad input that names the file and the first tensor at fault */
export function checkWeights(path: string, weights: Weights, specs: ParameterSpecs): void {
  for (const [name, spec] of Object.entries(specs)) {
    const found = lookUp(weights, name);
    if (!found)
      throw invalid(`${path}: ${name}`, `a tensor of shape [${spec.shape}]`, note("no such tensor"));
    if (found.shape.join() !== spec.shape.join())
      throw invalid(`${path}: ${name}`, `a tensor of shape [${spec.shape}]`, note(`shape [${found.shape}]`));
  }
  const surplus = Object.keys(weights).find((name) => !Object.hasOwn(specs, name));
  if (surplus) throw invalid(`${path}: ${surplus}`, "only the network's tensors", note("a surplus one"));
}
