/**
 * Images as a network sees them: items, their labels or none, how training views are made of them, and the activations
 * that enter whatever layer is asked for, computed and cached on demand.
 */
import { join } from "node:path";
import { invalid, note } from "../../src/shared/errors.js";
import { userCache } from "../../src/shared/roots.js";
import type { LabeledItem, OnProgress, UnlabeledItem } from "../../src/shared/types.js";
import type { Model } from "../backbones/model.js";
import { type Network, stageIndex } from "../layers/network.js";
import { layerFolders } from "./activation-files.js";
import { type ActivationCache, type Activations, activations } from "./activations.js";
import { type Augmentation, randomResizedCrop } from "./augmentation.js";

/**
 * What views are wanted for. "training": the augmented ones, or the evaluation view where none is kept; "evaluation": the
 * evaluation view alone; "both", where a loss may look at either, or different ways to learn do.
 */
export type Purpose = "training" | "evaluation" | "both";

/** What images are seen through. */
export type Viewer = Pick<Model, "definition" | "card" | "network" | "weights" | "pretrained">;

/** Images whose labels, if they have any, are not to be seen. */
export interface UnlabeledImages {
  /** What predictions call them. */
  name: string;
  items: readonly UnlabeledItem[];
  /**
   * The items' activations that enter a stage of the network.
   * @throws bad input for a file that is no whole image, or a stage that the network does not have
   */
  activations(through: Viewer, stage: string, purpose: Purpose): Promise<Activations>;
}

/** Images whose labels may be seen. */
export interface LabeledImages extends UnlabeledImages {
  items: readonly LabeledItem[];
  /** In sorted order. */
  classes: readonly string[];
}

/** How a set of images is augmented and cached, and who is told. */
export interface ImageOptions {
  name?: string;
  /** How training views are made; four random crops of each image where left out. */
  augmentation?: Augmentation;
  /** Where activations are kept on disk; the user's cache where left out, null keeps them in memory alone. */
  cache?: ActivationCache | null;
  /** Called with the stage as activations are computed. */
  progress?: (stage: string) => OnProgress;
  /** Called with every answer: what was computed and what was found. */
  onAnswer?: (answer: Activations) => void;
}

/** Where activations are kept where nothing else is said. */
export const defaultCache = (): ActivationCache => ({ dir: join(userCache(), "activations") });

/** Images of items without labels. */
export function unlabeledImages(
  items: readonly UnlabeledItem[],
  options: ImageOptions = {},
): UnlabeledImages {
  return { name: options.name ?? "images", items, activations: onDemand(items, options) };
}

/** Images of items with labels. */
export function labeledImages(items: readonly LabeledItem[], options: ImageOptions = {}): LabeledImages {
  const classes = [...new Set(items.map(({ label }) => label))].sort();
  return { ...unlabeledImages(items, options), items, classes };
}

/**
 * Some of the images, or the same under other labels; their activations stay those of the whole, computed once. Classes
 * stay those of the whole as well: what learns from a fold or a draw without one of them has the same head.
 */
export function subset<Images extends UnlabeledImages, Item extends Images["items"][number]>(
  images: Images,
  items: readonly Item[],
): Images & { items: readonly Item[] } {
  return { ...images, items };
}

/** The same images with their labels taken away. */
export function withoutLabels({ name, items, activations }: UnlabeledImages): UnlabeledImages {
  return { name, items: items.map(({ id, path, split }) => ({ id, path, split })), activations };
}

/** Images known by their activations at one stage alone, such as features that were computed elsewhere. */
export function imagesAt<Item extends UnlabeledItem>(
  items: readonly Item[],
  known: Pick<Activations, "layer" | "shape" | "views" | "get">,
) {
  return {
    name: "images",
    items,
    activations: async ({ network }: Viewer, stage: string): Promise<Activations> => {
      const asked = withoutInserted(network, stage).layer;
      if (asked !== known.layer)
        throw invalid("images", `activations that enter ${asked}`, note(`those of ${known.layer}`));
      return { ...known, layer: stage, computed: 0, cached: items.length };
    },
  };
}

/** Answers each (network before a stage, stage, purpose) once. */
function onDemand(
  items: readonly UnlabeledItem[],
  { augmentation = randomResizedCrop(), cache = defaultCache(), progress, onAnswer }: ImageOptions,
): UnlabeledImages["activations"] {
  const known = new Map<string, Promise<Activations>>();
  const compute = async (through: Viewer, layer: string, views: readonly number[]): Promise<Activations> => {
    const onProgress = progress?.(layer);
    const answer = await activations(items, {
      network: through,
      layer,
      views,
      augmentation,
      cache,
      onProgress,
    });
    onAnswer?.(answer);
    return answer;
  };
  return async (through, stage, purpose) => {
    const { network, layer } = withoutInserted(through.network, stage);
    const plain = { ...through, network };
    const views = viewsFor(purpose, augmentation);
    const key = `${layerFolders(plain, augmentation).get(layer)} ${views}`;
    const answer = known.get(key) ?? compute(plain, layer, views);
    known.set(key, answer);
    answer.catch(() => known.delete(key)); // it may be asked for again when what failed is mended
    return { ...(await answer), layer: stage };
  };
}

function viewsFor(purpose: Purpose, { views }: Augmentation): number[] {
  const augmented = Array.from({ length: purpose === "evaluation" ? 0 : views }, (_, i) => i + 1);
  return purpose === "training" && views > 0 ? augmented : [0, ...augmented];
}

/** What enters a stage that a method has put in is what enters the next one in the network without it. */
function withoutInserted(network: Network, name: string): { network: Network; layer: string } {
  const at = stageIndex(network, name);
  const plain = network.filter((stage, i) => i < at || !stage.inserted);
  return { network: plain, layer: plain[at]?.name ?? name };
}
