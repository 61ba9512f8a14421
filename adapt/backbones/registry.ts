/** The backbones by name: the registry is this object. */
import { createRequire } from "node:module";
import { parametersOf } from "../layers/network.js";
import { readObjectron } from "../weights/objectron.js";
import { readSafetensors } from "../weights/safetensors.js";
import { alexnet } from "./alexnet.js";
import { type BackboneDefinition, TORCHVISION_PREPROCESSING } from "./card.js";
import { densenet121, withoutDottedLayers } from "./densenet.js";
import { mobilenetV2 } from "./mobilenet-v2.js";
import { basicBlock, bottleneck, resnet } from "./resnet.js";
import { squeezenet } from "./squeezenet.js";
import { torchvision } from "./torchvision.js";
import { vgg16 } from "./vgg.js";

const mobilenet_v2 = torchvision({
  name: "mobilenet_v2",
  build: (classes) => mobilenetV2("symmetric", classes),
  batchNorm: "statistics",
  head: "classifier.1",
  parameters: 3_504_872,
  file: "mobilenet_v2-b0353104.pth",
});

/** RGB / 127.5 - 1, as TensorFlow's MobileNets want it. */
const SIGNED_UNIT = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] } as const;

const tf_mobilenet_v2: BackboneDefinition = {
  card: {
    ...mobilenet_v2.card,
    name: "tf_mobilenet_v2",
    preprocessing: { ...TORCHVISION_PREPROCESSING, ...SIGNED_UNIT },
    padding: "same",
    batchNorm: "folded",
    weights: {
      file: "tf_mobilenet_v2-imagenet1k.safetensors",
      sha256: "20eae69368da436765e6f3327a474a86f7684a13b54bdb619a84012c74eeb7d5",
      licence: "Apache-2.0",
      pretraining: "ImageNet-1k",
      pretrainedOn: "imagenet1k",
    },
  },
  network: (classes) => mobilenetV2("same", classes),
  readPretrained: async (path) => (await readSafetensors(path)).weights,
};

const objectron_mobilenet_v2: BackboneDefinition = {
  card: {
    ...tf_mobilenet_v2.card,
    name: "objectron_mobilenet_v2",
    classes: null,
    parameters: 2_223_872,
    weights: {
      file: "objectron_solution_packed_assets.data",
      sha256: "470986ca5df183f41698da6de74b027d838fe289d77b5ab094497d350bee664e",
      licence: "Apache-2.0",
      // the label map in the file names them: bicycle, boot, laptop, person, chair, cattle, desk, cat, computer mouse,
      // computer monitor, box, mug, coffee cup, stationary bicycle, table, bottle, high heels, vehicle, footwear, dog,
      // book, camera and car; what the detector's training started from is not told
      pretraining:
        "23 classes of Open Images, none an insect, as the feature extractor of an object detector",
      pretrainedOn: "open-images",
    },
  },
  network: (classes) => mobilenetV2("same", classes),
  readPretrained: (path) =>
    readObjectron(path, parametersOf(mobilenetV2("same", 0), { to: tf_mobilenet_v2.card.headStage })),
  bundledPath: () =>
    createRequire(import.meta.url).resolve("@mediapipe/objectron/objectron_solution_packed_assets.data"),
};

/** The registry: definitions by name. */
export const backbones = {
  mobilenet_v2,
  tf_mobilenet_v2,
  objectron_mobilenet_v2,
  resnet18: torchvision({
    name: "resnet18",
    build: (classes) => resnet(basicBlock, [2, 2, 2, 2], classes),
    batchNorm: "statistics",
    head: "fc",
    parameters: 11_689_512,
    file: "resnet18-f37072fd.pth",
  }),
  resnet50: torchvision({
    name: "resnet50",
    build: (classes) => resnet(bottleneck, [3, 4, 6, 3], classes),
    batchNorm: "statistics",
    head: "fc",
    parameters: 25_557_032,
    file: "resnet50-0676ba61.pth",
  }),
  alexnet: torchvision({
    name: "alexnet",
    build: alexnet,
    batchNorm: "none",
    head: "classifier.6",
    parameters: 61_100_840,
    file: "alexnet-owt-7be5be79.pth",
  }),
  vgg16: torchvision({
    name: "vgg16",
    build: vgg16,
    batchNorm: "none",
    head: "classifier.6",
    parameters: 138_357_544,
    file: "vgg16-397923af.pth",
  }),
  squeezenet1_0: torchvision({
    name: "squeezenet1_0",
    build: (classes) => squeezenet("1_0", classes),
    batchNorm: "none",
    head: "classifier.1",
    headInput: "map",
    parameters: 1_248_424,
    file: "squeezenet1_0-b66bff10.pth",
  }),
  squeezenet1_1: torchvision({
    name: "squeezenet1_1",
    build: (classes) => squeezenet("1_1", classes),
    batchNorm: "none",
    head: "classifier.1",
    headInput: "map",
    parameters: 1_235_496,
    file: "squeezenet1_1-b8a52dc0.pth",
  }),
  densenet121: torchvision({
    name: "densenet121",
    build: densenet121,
    batchNorm: "statistics",
    head: "classifier",
    parameters: 7_978_856,
    file: "densenet121-a639ec97.pth",
    torchName: withoutDottedLayers,
  }),
} satisfies Record<string, BackboneDefinition>;

/** A name of the registry. */
export type BackboneName = keyof typeof backbones;
