/** Where a backbone's weights are: with an npm dependency, in a data root, or at their published address. */
import { AntbeeError, invalid, note } from "../../src/shared/errors.js";
import { downloadWeights } from "../../src/shared/fetch.js";
import { findWeights } from "../../src/shared/roots.js";
import type { OnProgress } from "../../src/shared/types.js";
import type { BackboneDefinition, WeightsCard } from "./card.js";

/** The weights are nowhere to be had: neither in a root nor by their address. */
export class Unavailable extends AntbeeError {}

/** The weight file that is here; undefined where it has to be fetched or brought. */
export const localWeights = ({ card, bundledPath }: BackboneDefinition): string | undefined =>
  bundledPath ? bundledPath() : findWeights(card.weights.file);

/** What somebody has to do whose machine cannot fetch a weight file: a clause. */
export const whereToPut = ({ file }: WeightsCard): string =>
  `put ${file} into weights/ of a data root, such as ./data/weights (ANTBEE_DATA names others)`;

/** The weight file, fetched where it is not here. @throws Unavailable */
export async function obtainWeights(
  definition: BackboneDefinition,
  onProgress?: OnProgress,
): Promise<string> {
  const here = localWeights(definition);
  if (here) return here;
  const { name, weights } = definition.card;
  if (!weights.url) {
    const { message } = invalid(name, `${weights.file} in a data root's weights/`, note("none"));
    throw new Unavailable(`${message}; ${whereToPut(weights)}`, 2);
  }
  return downloadWeights(weights.url, weights.sha256, onProgress).catch((error) => {
    const advice = `fetch it elsewhere and ${whereToPut(weights)}`;
    throw new Unavailable(`${(error as Error).message}; ${advice}`, 1, { cause: error });
  });
}
