/** The backbones by name: the registry is this object. */
import { createRequire } from "node:module";
import { parametersOf } from "../network.js";
import { readObjectron } from "../weights/objectron.js";
import { readSafetensors } from "../weights/safetensors.js";
import { type BackboneCard, type BackboneDefinition, IMAGENET_1K } from "./card.js";
import { mobilenetV2 } from "./mobilenet-v2.js";

const MOBILENET_V2 = {
  stages: mobilenetV2("same", 1000).map((s) => s.name),
  head: "classifier.1",
  headStage: "classifier",
  featureWidth: 1280,
} satisfies Partial<BackboneCard>;

/** torchvision's Resize(256), CenterCrop(224). */
const CROP_224 = { size: 224, resize: 256 };
const IMAGENET_STATISTICS = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } as const;
/** RGB / 127.5 - 1. */
const SIGNED_UNIT = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] } as const;

const readSafetensorsOnly = async (path: string) => (await readSafetensors(path)).weights;

const mobilenet_v2: BackboneDefinition = {
  card: {
    ...MOBILENET_V2,
    name: "mobilenet_v2",
    preprocessing: { ...CROP_224, ...IMAGENET_STATISTICS },
    padding: "symmetric",
    batchNorm: "statistics",
    classes: IMAGENET_1K,
    parameters: 3_504_872,
    weights: {
      file: "mobilenet_v2-b0353104.pth",
      url: "https://download.pytorch.org/models/mobilenet_v2-b0353104.pth",
      sha256: "b0353104",
      licence: "BSD-3-Clause",
      pretraining: "ImageNet-1k",
    },
  },
  network: (classes) => mobilenetV2("symmetric", classes),
  readPretrained: readSafetensorsOnly,
};

const tf_mobilenet_v2: BackboneDefinition = {
  card: {
    ...MOBILENET_V2,
    name: "tf_mobilenet_v2",
    preprocessing: { ...CROP_224, ...SIGNED_UNIT },
    padding: "same",
    batchNorm: "folded",
    classes: IMAGENET_1K,
    parameters: 3_504_872,
    weights: {
      file: "tf_mobilenet_v2-imagenet1k.safetensors",
      sha256: "20eae69368da436765e6f3327a474a86f7684a13b54bdb619a84012c74eeb7d5",
      licence: "Apache-2.0",
      pretraining: "ImageNet-1k",
    },
  },
  network: (classes) => mobilenetV2("same", classes),
  readPretrained: readSafetensorsOnly,
};

const objectron_mobilenet_v2: BackboneDefinition = {
  card: {
    ...MOBILENET_V2,
    name: "objectron_mobilenet_v2",
    preprocessing: { ...CROP_224, ...SIGNED_UNIT },
    padding: "same",
    batchNorm: "folded",
    classes: null,
    parameters: 2_223_872,
    weights: {
      file: "objectron_solution_packed_assets.data",
      sha256: "470986ca5df183f41698da6de74b027d838fe289d77b5ab094497d350bee664e",
      licence: "Apache-2.0",
      pretraining: "Open Images, as the feature extractor of an object detector",
    },
  },
  network: (classes) => mobilenetV2("same", classes),
  readPretrained: (path) =>
    readObjectron(path, parametersOf(mobilenetV2("same", 0), { to: MOBILENET_V2.headStage })),
  bundledPath: () =>
    createRequire(import.meta.url).resolve("@mediapipe/objectron/objectron_solution_packed_assets.data"),
};

export const backbones = { mobilenet_v2, tf_mobilenet_v2, objectron_mobilenet_v2 } satisfies Record<
  string,
  BackboneDefinition
>;

export type BackboneName = keyof typeof backbones;
