/** Loads a pretrained network: weights read, checked against the network and against the card's hash. */
import { invalid, note } from "../../src/shared/errors.js";
import { sha256File } from "../../src/shared/files.js";
import { type Network, parametersOf } from "../layers/network.js";
import type { Weights } from "../layers/parameters.js";
import { checkWeights } from "../weights/check.js";
import { readSafetensors } from "../weights/safetensors.js";
import type { BackboneCard, BackboneDefinition } from "./card.js";
import { type BackboneName, backbones } from "./registry.js";

export interface Backbone {
  card: BackboneCard;
  network: Network;
  weights: Weights;
  /** The weight file and the hash of its bytes. */
  path: string;
  sha256: string;
}

export interface LoadOptions {
  /** The weight file; may be left out where an npm dependency brings it. */
  path?: string;
  /** Takes other weights than the card's, such as one's own pretraining. */
  anyWeights?: boolean;
}

/** @throws bad input for an unknown name, a damaged file, other tensors than the network's, another hash */
export async function loadBackbone(name: string, options: LoadOptions = {}): Promise<Backbone> {
  const { card, network: build, bundledPath } = backboneDefinition(name);
  const path = options.path ?? bundledPath?.();
  if (path === undefined) throw invalid(name, `the path of ${card.weights.file}`, note("none"));
  const network = build(card.classes?.count ?? 0);
  const weights = await readWeights(name, path);
  checkWeights(path, weights, parametersOf(network, card.classes ? {} : { to: card.headStage }));
  const sha256 = await sha256File(path);
  if (!options.anyWeights && !sha256.startsWith(card.weights.sha256))
    throw invalid(path, `the weights of ${name} (sha256 ${card.weights.sha256})`, note(`sha256 ${sha256}`));
  return { card, network, weights, path, sha256 };
}

/** Reads a file of a network's weights: a checkpoint of antbee's, or the form in which the pretraining comes. */
export async function readWeights(name: string, path: string): Promise<Weights> {
  if (path.endsWith(".safetensors")) return (await readSafetensors(path)).weights;
  return backboneDefinition(name).readPretrained(path);
}

/** The registry's entry. @throws bad input for a name that is not in it */
export function backboneDefinition(name: string): BackboneDefinition {
  if (!Object.hasOwn(backbones, name))
    throw invalid("backbone", `one of ${Object.keys(backbones).join(", ")}`, name);
  return backbones[name as BackboneName];
}
