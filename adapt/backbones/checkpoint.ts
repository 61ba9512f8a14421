/**
 * Checkpoints: safetensors under torchvision's names, whole, so that PyTorch takes them with
 * `model.load_state_dict(load_file(path), strict=True)`.
 */
import { invalid, note } from "../../src/shared/errors.js";
import { sha256File } from "../../src/shared/files.js";
import { parametersOf } from "../layers/network.js";
import { checkWeights } from "../weights/check.js";
import { readSafetensors, writeSafetensors } from "../weights/safetensors.js";
import { backboneDefinition } from "./load.js";
import type { Model } from "./model.js";

export interface Checkpoint extends Model {
  path: string;
  sha256: string;
  metadata: Readonly<Record<string, string>>;
}

const KIND = "antbee-checkpoint-1";

/** @param metadata more to keep in the file, such as the hash of the weights that the training began with */
export async function saveCheckpoint(
  path: string,
  { card, network, weights, classes }: Model,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  const names = Object.keys(parametersOf(network));
  const ordered = Object.fromEntries(names.map((name) => [name, weights[name]!]));
  const own = { kind: KIND, backbone: card.name, classes: JSON.stringify(classes) };
  await writeSafetensors(path, ordered, { ...metadata, ...own });
}

/** @throws bad input for a file that is no checkpoint, is damaged, or lacks a tensor */
export async function loadCheckpoint(path: string): Promise<Checkpoint> {
  const { weights, metadata } = await readSafetensors(path);
  if (metadata.kind !== KIND) throw invalid(path, "a checkpoint of antbee's", note("other weights"));
  const { card, network: build } = backboneDefinition(metadata.backbone!);
  const classes = JSON.parse(metadata.classes!) as string[];
  const network = build(classes.length);
  checkWeights(path, weights, parametersOf(network));
  return { card, network, weights, classes, path, sha256: await sha256File(path), metadata };
}
