/** The registry of named datasets: where each officially lives, how it is laid out, and how a copy is verified. */
import { unknownName } from "../errors.js";
import { lookUp } from "../look-up.js";
import { HYMENOPTERA_SHA256 } from "./hymenoptera.sha256.js";

export interface DatasetCard {
  name: string;
  title: string;
  /** Folder below a root's `data/`. */
  folder: string;
  url: string;
  licence: string;
  /** The split that may be trained on, and the sealed test. */
  trainSplit: string;
  testSplit: string;
  caveats?: DatasetCaveats;
  /** sha256 of each image by its POSIX path below the folder. */
  files: ReadonlyMap<string, string>;
}

/** Sentences that every report on this dataset repeats where they apply. */
export interface DatasetCaveats {
  /** By what weights were pretrained on (`pretrainedOn` of their card). */
  pretraining: Readonly<Record<string, string>>;
  /** Where the source is rendered. */
  rendered?: string;
}

/** The datasets that antbee knows by name, with the hash of every image. */
export const datasets = {
  hymenoptera: {
    name: "hymenoptera",
    title: "ants and bees of the PyTorch transfer-learning tutorial",
    folder: "hymenoptera_data",
    url: "https://download.pytorch.org/tutorial/hymenoptera_data.zip",
    licence: "photographs from Flickr and ImageNet, for research; not to be redistributed",
    trainSplit: "train",
    testSplit: "val",
    caveats: {
      pretraining: {
        imagenet1k:
          "The hymenoptera set is a small subset of ImageNet: probably these images, with their labels, were in the pretraining.",
      },
      rendered:
        "The renderer was developed while looking at labelled train photographs of hymenoptera: arms on renders have used them that far.",
    },
    files: parseSha256List(HYMENOPTERA_SHA256),
  },
} satisfies Record<string, DatasetCard>;

/** The card of a named dataset; an unknown name is bad input that lists the known ones. */
export function datasetCard(name: string): DatasetCard {
  const card = lookUp(datasets as Record<string, DatasetCard>, name);
  if (!card) throw unknownName("dataset", Object.keys(datasets), name);
  return card;
}

/** What somebody has to do whose machine cannot fetch a dataset: a clause. */
export const whereToUnpack = ({ url }: DatasetCard): string =>
  `unpack ${url.split("/").at(-1)} into data/ of a data root, such as ./data (ANTBEE_DATA names others)`;

function parseSha256List(list: string): ReadonlyMap<string, string> {
  const lines = list.trim().split("\n");
  return new Map(lines.map((line) => [line.slice(66), line.slice(0, 64)]));
}
