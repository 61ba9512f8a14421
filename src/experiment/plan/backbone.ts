/** The experiment's backbone: its weights where they can be had, else the fallback, said aloud and never mixed up. */
import { existsSync } from "node:fs";
import type { BackboneDefinition } from "../../../adapt/backbones/card.js";
import { backboneDefinition } from "../../../adapt/backbones/definition.js";
import { type Backbone, loadBackbone } from "../../../adapt/backbones/load.js";
import { localWeights, obtainWeights, Unavailable } from "../../../adapt/backbones/locate.js";
import { unknownName } from "../../shared/errors.js";
import { sha256File } from "../../shared/files.js";
import { type OnEvent, progressOf } from "../spec/events.js";
import type { Experiment } from "../spec/experiment.js";
import { isPublished } from "../store/caveats.js";

/** Definitions of one's own, by the names that experiments give them. */
export type Backbones = Readonly<Record<string, BackboneDefinition>>;

/** A backbone before its weights are read. */
export interface PlannedBackbone {
  definition: BackboneDefinition;
  /** The weight file and its hash; null where it would have to be fetched first. */
  weights: { path: string; sha256: string } | null;
  /** Whether a hash other than the card's is right: weights of one's own. */
  anyWeights: boolean;
}

/** The published weights of a backbone, whatever they were pretrained on; a path names weights of one's own. */
const PRETRAINED = "imagenet1k";

export interface BackboneSearch {
  own?: Backbones;
  /** A plan fetches nothing; a run fetches what is not here. */
  purpose: "run" | "plan";
  on: OnEvent;
}

/** @throws Unavailable where a run's weights are nowhere to be had, and no fallback is named */
export async function planBackbone(
  { backbone }: Experiment,
  search: BackboneSearch,
): Promise<PlannedBackbone> {
  const { name, weights, fallback } = backbone;
  const definition = definitionOf(name, search.own);
  const instead = fallback === undefined ? undefined : definitionOf(fallback, search.own);
  if (!publishedNames(definition).includes(weights)) return withOwn(definition, weights);
  try {
    const path = await pathOf(definition, fallback, search);
    return path === null ? { definition, weights: null, anyWeights: false } : withWeights(definition, path);
  } catch (error) {
    if (!instead || !(error instanceof Unavailable)) throw error;
    return withFallback(instead, error, search);
  }
}

/** Names of a card's own weights. */
const publishedNames = ({ card }: BackboneDefinition): string[] => [
  ...new Set([PRETRAINED, card.weights.pretrainedOn ?? PRETRAINED]),
];

async function withOwn(definition: BackboneDefinition, path: string): Promise<PlannedBackbone> {
  const looksLikeAName = !/[./\\]/.test(path) && !existsSync(path);
  if (looksLikeAName)
    throw unknownName("backbone.weights", [...publishedNames(definition), "the path of a weight file"], path);
  return withWeights(definition, path, true);
}

async function withFallback(definition: BackboneDefinition, reason: Error, search: BackboneSearch) {
  const { name, weights } = definition.card;
  search.on({
    type: "note",
    text: `ImageNet weights cannot be had (${reason.message}): ${name} is used, pretrained on ${weights.pretraining}; its features are weaker.`,
  });
  return withWeights(definition, await obtainWeights(definition));
}

const definitionOf = (name: string, own: Backbones = {}): BackboneDefinition =>
  Object.hasOwn(own, name) ? own[name]! : backboneDefinition(name);

/** Null where a plan leaves the weights to be fetched. */
async function pathOf(
  definition: BackboneDefinition,
  fallback: string | undefined,
  { purpose, on }: BackboneSearch,
): Promise<string | null> {
  const { name, weights } = definition.card;
  if (purpose === "plan" && (weights.url || !fallback) && !localWeights(definition)) return null;
  return obtainWeights(definition, progressOf(on, `fetching ${name} (bytes)`));
}

/** Weights of one's own, and those that are not the published ones, are read, and what is wrong said, before any work. */
async function withWeights(
  definition: BackboneDefinition,
  path: string,
  anyWeights = false,
): Promise<PlannedBackbone> {
  const sha256 = await sha256File(path);
  if (anyWeights || !isPublished(definition.card, sha256))
    await loadBackbone(definition, { path, anyWeights });
  return { definition, weights: { path, sha256 }, anyWeights };
}

/** Reads the planned weights. */
export const openBackbone = ({ definition, weights, anyWeights }: PlannedBackbone): Promise<Backbone> =>
  loadBackbone(definition, { path: weights?.path, anyWeights });
