/** Activations of whole domains at the cuts that phases need, from the frozen-prefix cache. */
import { join } from "node:path";
import type { Backbone } from "../../adapt/backbones/load.js";
import type { Model } from "../../adapt/backbones/model.js";
import type { Precision } from "../../adapt/images/activation-files.js";
import { type Activations, activations, type PrefixSource } from "../../adapt/images/activations.js";
import { parametersOf } from "../../adapt/layers/network.js";
import { writeSafetensors } from "../../adapt/weights/safetensors.js";
import { showProgress } from "../shared/progress.js";
import type { UnlabeledItem } from "../shared/types.js";

export interface Features {
  /** The items' activations at a cut under a model: the evaluation view, and the training views where wanted. */
  of(
    items: readonly UnlabeledItem[],
    cut: string,
    model: Model,
    views: "training" | "evaluation",
  ): Promise<Activations>;
  /** Activations computed and found so far. */
  tally: { computed: number; cached: number };
}

interface FeatureOptions {
  backbone: Backbone;
  views: number;
  precision?: Precision;
  cacheDir: string;
  /** Where the weights of a moved prefix are kept for the worker processes to read. */
  scratch: string;
}

/** Opens the cache; the same domain, cut and weights are read only once. */
export function openFeatures(options: FeatureOptions): Features {
  const { cacheDir, views, precision } = options;
  const known = new WeakMap<readonly UnlabeledItem[], Map<string, Promise<Activations>>>();
  const tally = { computed: 0, cached: 0 };
  const compute = async (
    items: readonly UnlabeledItem[],
    cut: string,
    source: PrefixSource,
    last: number,
  ) => {
    const onProgress = showProgress(`activations at ${cut}`);
    const wanted = Array.from({ length: last + 1 }, (_, view) => view);
    const found = await activations(items, { source, cut, views: wanted, cacheDir, precision, onProgress });
    tally.computed += found.computed;
    tally.cached += found.cached;
    return found;
  };
  return {
    tally,
    of: async (items, cut, model, purpose) => {
      const source = await prefixSource(model, cut, options);
      const cuts = known.get(items) ?? new Map<string, Promise<Activations>>();
      known.set(items, cuts);
      const last = purpose === "training" ? views : 0;
      const key = `${cut} ${last} ${source.path}`;
      const answer = cuts.get(key) ?? compute(items, cut, source, last);
      cuts.set(key, answer);
      return answer;
    },
  };
}

let scratchFiles = 0;
const scratchPaths = new WeakMap<object, string>();

/** The network before a cut: the backbone's own file as long as no phase has moved it, else one of its own. */
async function prefixSource(
  model: Model,
  cut: string,
  { backbone, scratch }: FeatureOptions,
): Promise<PrefixSource> {
  const names = Object.keys(parametersOf(model.network, { to: cut }));
  if (names.every((name) => model.weights[name] === backbone.weights[name])) return backbone;
  const path =
    scratchPaths.get(model.weights) ?? join(scratch, `prefix-${process.pid}-${scratchFiles++}.safetensors`);
  if (!scratchPaths.has(model.weights)) await writeSafetensors(path, model.weights);
  scratchPaths.set(model.weights, path);
  return { card: model.card, network: model.network, weights: model.weights, path };
}
