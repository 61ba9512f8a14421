/** A process that computes activations into the cache; it keeps the prefix of the last task loaded. */
import { failed } from "../../src/shared/errors.js";
import { answerParent } from "../../src/shared/pool.js";
import { type DefinitionReference, definitionAt } from "../backbones/definition.js";
import { readWeights } from "../backbones/load.js";
import { type BackendName, useBackend } from "../backend/backend.js";
import { activationPath, layerFolders, type Precision, writeActivation } from "./activation-files.js";
import { type AugmentationReference, augmentationAt } from "./augmentation-reference.js";
import { openPrefix, type Prefix, type PrefixJob } from "./prefix.js";

/** All that a process of its own needs to compute activations. */
export interface PrefixSpec {
  backend: BackendName;
  /** That TensorFlow's own engine takes in this process. */
  threads: number;
  definition: DefinitionReference;
  weightsPath: string;
  layer: string;
  augmentation: AugmentationReference;
  cacheDir: string;
  precision: Precision;
  /** The cache folder that the weights must lead to. */
  folder: string;
}

export interface PrefixTask {
  spec: PrefixSpec;
  jobs: PrefixJob[];
}

let open: { key: string; prefix: Prefix } | undefined;

answerParent(async ({ spec, jobs }: PrefixTask): Promise<void> => {
  const { cacheDir, folder, precision } = spec;
  const prefix = await prefixOf(spec);
  await prefix.run(await prefix.load(jobs), ({ sha256 }, view, activation) =>
    writeActivation(activationPath(cacheDir, folder, { sha256, view, precision }), activation),
  );
});

async function prefixOf(spec: PrefixSpec): Promise<Prefix> {
  const key = JSON.stringify(spec);
  if (open?.key === key) return open.prefix;
  open?.prefix.dispose();
  open = undefined; // nothing is kept of a prefix that fails to open
  open = { key, prefix: await openFromFile(spec) };
  return open.prefix;
}

/** @throws a failure where the file holds other weights before the layer than the ones asked for */
async function openFromFile(spec: PrefixSpec): Promise<Prefix> {
  const { weightsPath, layer, cacheDir: dir, precision } = spec;
  process.env.TF_NUM_INTRAOP_THREADS ??= String(spec.threads);
  await useBackend(spec.backend);
  const definition = await definitionAt(spec.definition);
  const weights = await readWeights(definition, weightsPath);
  const network = { definition, card: definition.card, network: definition.network(0), weights };
  const augmentation = await augmentationAt(spec.augmentation);
  const folders = layerFolders(network, augmentation);
  if (folders.get(layer) !== spec.folder)
    throw failed(weightsPath, `its weights before ${layer} are not those asked for`);
  return openPrefix(network, { layer, augmentation, cache: { dir, precision, folders } });
}
