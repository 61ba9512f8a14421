/** Backbones with torchvision's own weights: what their cards have in common. */
import { costOf, type Network } from "../layers/network.js";
import { readTorch } from "../weights/torch.js";
import {
  type BackboneCard,
  type BackboneDefinition,
  IMAGENET_1K,
  TORCHVISION_PREPROCESSING,
} from "./card.js";

const MODELS = "https://download.pytorch.org/models";

type Own = Pick<BackboneCard, "name" | "batchNorm" | "head" | "parameters"> & {
  build: (classes: number) => Network;
  /** Published file; its name ends with the beginning of its sha256. */
  file: string;
  headInput?: BackboneCard["headInput"];
  /** Today's name of a parameter of the file, where the file is older. */
  torchName?: (name: string) => string;
};

/** The head's stage is the network's last one. */
export function torchvision({
  build,
  file,
  headInput = "features",
  torchName,
  ...own
}: Own): BackboneDefinition {
  const network = build(IMAGENET_1K.count);
  const headStage = network.at(-1)!.name;
  const { size } = TORCHVISION_PREPROCESSING;
  return {
    card: {
      ...own,
      preprocessing: TORCHVISION_PREPROCESSING,
      padding: "symmetric",
      stages: network.map((s) => s.name),
      headStage,
      headInput,
      featureWidth: costOf(network, [size, size, 3], { to: headStage }).shape.at(-1)!,
      classes: IMAGENET_1K,
      weights: {
        file,
        url: `${MODELS}/${file}`,
        sha256: /-([0-9a-f]{8})\.pth$/.exec(file)![1]!,
        licence: "BSD-3-Clause",
        pretraining: "ImageNet-1k",
        pretrainedOn: "imagenet1k",
      },
    },
    network: build,
    readPretrained: (path) => readTorch(path, torchName),
  };
}
