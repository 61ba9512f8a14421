/** Loads a pretrained network: weights found and read, checked against the network and against the card's hash. */
import { invalid, note } from "../../src/shared/errors.js";
import { sha256File } from "../../src/shared/files.js";
import type { OnProgress } from "../../src/shared/types.js";
import { type Network, parametersOf } from "../layers/network.js";
import type { Weights } from "../layers/parameters.js";
import { checkWeights } from "../weights/check.js";
import { readSafetensors } from "../weights/safetensors.js";
import type { BackboneCard, BackboneDefinition } from "./card.js";
import { backboneDefinition } from "./definition.js";
import { obtainWeights } from "./locate.js";

/** A pretrained network with its weights. */
export interface Backbone {
  definition: BackboneDefinition;
  card: BackboneCard;
  network: Network;
  weights: Weights;
  /** The weight file and the hash of its bytes. */
  path: string;
  sha256: string;
}

/** Where weights are looked for, and which are taken. */
export interface LoadOptions {
  /** The weight file; looked up where left out: an npm dependency, the data roots, the cache, the card's address. */
  path?: string;
  /** Takes other weights than the card's, such as one's own pretraining. */
  anyWeights?: boolean;
  /** Bytes of a download. */
  onProgress?: OnProgress;
}

/**
 * @param of a name of the registry, or a definition of one's own
 * @throws Unavailable where the weights are nowhere to be had
 * @throws bad input for an unknown name, a damaged file, other tensors than the network's, another hash
 */
export async function loadBackbone(
  of: string | BackboneDefinition,
  options: LoadOptions = {},
): Promise<Backbone> {
  const definition = typeof of === "string" ? backboneDefinition(of) : of;
  const { card, network: build } = definition;
  const path = options.path ?? (await obtainWeights(definition, options.onProgress));
  const network = build(card.classes?.count ?? 0);
  const weights = await readWeights(definition, path);
  checkWeights(path, weights, parametersOf(network, card.classes ? {} : { to: card.headStage }));
  const sha256 = await sha256File(path);
  if (options.anyWeights) refuseUntrained(path, weights);
  else checkPublished(path, card, sha256);
  return { definition, card, network, weights, path, sha256 };
}

/** @throws bad input for another file than the one that the card names */
function checkPublished(path: string, { name, weights }: BackboneCard, sha256: string): void {
  if (!sha256.startsWith(weights.sha256))
    throw invalid(path, `the weights of ${name} (sha256 ${weights.sha256})`, note(`sha256 ${sha256}`));
}

/** No training ends further out. */
const LARGEST_WEIGHT = 1e6;

/** Filters of zeros, or at the edge of what float32 holds, see the same in every image: a conversion that failed. */
function refuseUntrained(path: string, weights: Weights): void {
  for (const [name, { shape, data }] of Object.entries(weights)) {
    if (shape.length < 2) continue;
    const where = `${path}: ${name}`;
    const largest = largestOf(data);
    if (largest === 0) throw invalid(where, "trained weights", note("zeros alone"));
    if (!(largest <= LARGEST_WEIGHT)) throw invalid(where, `weights within ${LARGEST_WEIGHT}`, largest);
  }
}

/** Whatever its sign. A loop, because a call for each of 138 million values takes most of a second. */
function largestOf(data: Float32Array): number {
  let largest = 0;
  for (let i = 0; i < data.length; i++) largest = Math.max(largest, Math.abs(data[i]!));
  return largest;
}

/** Reads a file of a network's weights: a checkpoint of antbee's, or the form in which the pretraining comes. */
export async function readWeights(definition: BackboneDefinition, path: string): Promise<Weights> {
  if (path.endsWith(".safetensors")) return (await readSafetensors(path)).weights;
  return definition.readPretrained(path);
}
