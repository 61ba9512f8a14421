/** The experiment's backbone: its weights where they can be had, else the fallback, said aloud and never mixed up. */
import { type Backbone, backboneDefinition, loadBackbone } from "../../adapt/backbones/load.js";
import type { Experiment } from "../config/experiment.js";
import { AntbeeError, invalid, note } from "../shared/errors.js";
import { downloadWeights } from "../shared/fetch.js";
import { say, showProgress } from "../shared/progress.js";
import { findWeights } from "../shared/roots.js";

/** The only pretraining that the cards know; a path names weights of one's own. */
const PRETRAINED = "imagenet1k";

export async function findBackbone({ backbone }: Experiment): Promise<Backbone> {
  const { name, weights, fallback } = backbone;
  if (weights !== PRETRAINED) return loadBackbone(name, { path: weights, anyWeights: true });
  try {
    return await pretrainedBackbone(name);
  } catch (error) {
    if (!fallback || !(error instanceof Unavailable)) throw error;
    const loaded = await loadBackbone(fallback);
    say(
      `ImageNet weights cannot be had (${error.message}): ${fallback} is used, pretrained on ${loaded.card.weights.pretraining}; its features are weaker.`,
    );
    return loaded;
  }
}

/** Loads a backbone with its card's weights, from a dependency, a data root or the official address. */
export async function pretrainedBackbone(name: string): Promise<Backbone> {
  const { bundledPath } = backboneDefinition(name);
  return loadBackbone(name, { path: bundledPath ? undefined : await weightPath(name) });
}

/** The weights are nowhere to be had: neither in a root nor by their address. */
export class Unavailable extends AntbeeError {}

async function weightPath(name: string): Promise<string> {
  const { weights } = backboneDefinition(name).card;
  const here = findWeights(weights.file);
  if (here) return here;
  if (!weights.url) {
    const { message } = invalid(name, `${weights.file} in a data root's weights/`, note("none"));
    throw new Unavailable(message, 2);
  }
  return downloadWeights(weights.url, weights.sha256, showProgress(`fetching ${name} (bytes)`)).catch(
    (error) => {
      throw new Unavailable((error as Error).message, 1, { cause: error });
    },
  );
}
