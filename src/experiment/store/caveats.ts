/** The sentences of cards that a report on a run has to repeat. */
import type { BackboneCard } from "../../../adapt/backbones/card.js";
import { backbones } from "../../../adapt/backbones/registry.js";
import type { Caveat } from "../../../eval/comparison/input.js";
import { type DatasetCard, datasets } from "../../shared/datasets/index.js";
import { lookUp } from "../../shared/look-up.js";
import type { RunRecord } from "./store.js";

export interface CaveatInputs {
  card: BackboneCard;
  /** Of the weights in use, which need not be the card's. */
  sha256: string;
  target: { dataset: string; classes: readonly string[] };
  /** Whether the source is rendered, not a dataset of images. */
  rendered: boolean;
}

/** Of the weights and of the target; a target that has no card has none. */
export function caveatsOf({ card, sha256, target, rendered }: CaveatInputs): Caveat[] {
  const ofTarget = lookUp(datasets as Record<string, Pick<DatasetCard, "caveats">>, target.dataset)?.caveats;
  const weights = isPublished(card, sha256)
    ? [knownClasses(card, target.classes), ofTarget?.pretraining[card.weights.pretrainedOn ?? ""]]
    : [`What the weights of ${card.name} were pretrained on is not known: they are not the published ones.`];
  return [...about("weights", weights), ...about("source", [rendered ? ofTarget?.rendered : undefined])];
}

/** The same of a finished run, also of one whose record was written before records held them. */
export function recordedCaveats(
  { caveats, backbone, target, source }: RunRecord,
  classes: readonly string[],
): Caveat[] {
  const known = lookUp(backbones as Record<string, { card: BackboneCard }>, backbone.name);
  if (caveats || !known) return caveats ?? [];
  const { sha256 } = backbone;
  return caveatsOf({
    card: known.card,
    sha256,
    target: { dataset: target.dataset, classes },
    rendered: isRendered(source),
  });
}

/** Whether a run's source was rendered from a scene, and is no folder of images. */
export const isRendered = ({ scene }: RunRecord["source"]): boolean => /\.ya?ml$/.test(scene);

/** Whether these are the weights that the card describes. */
export const isPublished = ({ weights }: BackboneCard, sha256: string): boolean =>
  sha256.startsWith(weights.sha256);

/** That the pretrained classifier has the target's classes already. */
function knownClasses({ name, classes }: BackboneCard, wanted: readonly string[]): string | undefined {
  if (!classes || wanted.length === 0 || !wanted.every((one) => Object.hasOwn(classes.indices, one))) return;
  return `${name} was pretrained on ${classes.of}, which has ${wanted.join(" and ")} among its classes: the target classes were in the pretraining.`;
}

function about(what: Caveat["about"], statements: readonly (string | undefined)[]): Caveat[] {
  return statements.flatMap((statement) => (statement ? [{ about: what, statement }] : []));
}
