/** What a pretrained network is, where it comes from and how it wants its input. Data only. */
import type { Preprocessing } from "../../src/shared/image.js";
import type { ModuleExport } from "../../src/shared/module-export.js";
import type { Padding } from "../layers/index.js";
import type { Network } from "../layers/network.js";
import type { Weights } from "../layers/parameters.js";

/** The classes of the pretrained classifier, as far as antbee's classes are among them. */
export interface PretrainedClasses {
  of: string;
  count: number;
  /** Index of the output that stands for a class of antbee's. */
  indices: Readonly<Record<string, number>>;
}

/** Pretrained weights: where they come from, and what tells them from others. */
export interface WeightsCard {
  file: string;
  url?: string;
  /** Of the whole file, or the published beginning of it. */
  sha256: string;
  licence: string;
  /** In words. */
  pretraining: string;
  /** Its data in a word, such as "imagenet1k", by which a dataset's card says whether its images were among them. */
  pretrainedOn?: string;
}

/** What a network is, and how it wants its input. */
export interface BackboneCard {
  name: string;
  preprocessing: Preprocessing;
  padding: Padding;
  /** "folded": the BatchNorms carry no statistics of their own, so that they can only run in inference mode. */
  batchNorm: "statistics" | "folded" | "none";
  /** In order; the network can be cut or frozen before each. */
  stages: readonly string[];
  /** Name of the layer that a new task replaces, such as "classifier.1". */
  head: string;
  /** The stage that holds the head. */
  headStage: string;
  /**
   * What enters the head's stage: pooled features; or a map, where the head is a convolution before the pooling, and
   * pooled features are the map's means.
   */
  headInput: "features" | "map";
  /** Width of the pooled features. */
  featureWidth: number;
  /** Of the pretrained classifier; null where there is none. */
  classes: PretrainedClasses | null;
  /** Trainable numbers, pretrained classifier included. */
  parameters: number;
  weights: WeightsCard;
}

/**
 * The card of a network, and how to build it and read its weights: a registry entry, or an object of one's own. A
 * network of one's own that worker processes or threads are to run names the module that exports its definition.
 */
export interface BackboneDefinition {
  card: BackboneCard;
  /** Builds the network with a head for so many classes; 0 where only what is before the head will run. */
  network(classes: number): Network;
  /** Reads the pretrained weights, as they are published, under torchvision's names. */
  readPretrained(path: string): Promise<Weights>;
  /** Where an npm dependency brings the weights; undefined for weights that the user brings. */
  bundledPath?: () => string;
  /**
   * Of one's own: all that the network was built with, as JSON. It tells the network from another one of its name in
   * cached activations and runs' keys; one that declares nothing is cached in memory alone, and its runs never reused.
   */
  options?: Readonly<Record<string, unknown>>;
  /** The module and the name that export this definition; the registry's need none. */
  module?: ModuleExport;
}

/** Where the ImageNet-1k classifiers have antbee's classes. */
export const IMAGENET_1K: PretrainedClasses = {
  of: "ImageNet-1k",
  count: 1000,
  indices: { ants: 310, bees: 309 },
};

/** Resize(256), CenterCrop(224), and the statistics of ImageNet. */
export const TORCHVISION_PREPROCESSING: Preprocessing = {
  size: 224,
  resize: 256,
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
};
